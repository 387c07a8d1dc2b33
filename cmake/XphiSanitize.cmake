# The preset `asan`: what is built here under AddressSanitizer and UndefinedBehaviorSanitizer; LLVM, MLIR and Halide
# stay as they come. cmake/SanitizerOptions.c says what follows from that. The preset `tsan`: the runtime and its tests
# under ThreadSanitizer, over a compiler library that is not.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

if(XPHI_SANITIZE)
  add_compile_definitions(XPHI_SANITIZED)
  if(XPHI_SANITIZE STREQUAL "thread")
    set(sanitizers -fsanitize=thread)
    add_compile_definitions(XPHI_THREAD_SANITIZER)
  else()
    # vptr looks into objects of classes that the libraries define; function would need their types' hashes.
    set(sanitizers -fsanitize=address,undefined)
    add_compile_options(-fno-sanitize=vptr,function -fno-sanitize-recover=undefined)
  endif()
  add_compile_options(${sanitizers} -fno-omit-frame-pointer)
  add_link_options(${sanitizers})
  add_library(xphi_sanitizer_options OBJECT "${CMAKE_CURRENT_LIST_DIR}/SanitizerOptions.c")
  target_compile_options(xphi_sanitizer_options PRIVATE -fno-sanitize=all)
  link_libraries("$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:$<TARGET_OBJECTS:xphi_sanitizer_options>>")
endif()
