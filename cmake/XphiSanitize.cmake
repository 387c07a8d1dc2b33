# The preset `asan`: what is built here under AddressSanitizer and UndefinedBehaviorSanitizer; LLVM, MLIR and Halide
# stay as they come. cmake/SanitizerOptions.c says what follows from that.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

if(XPHI_SANITIZE)
  # vptr looks into objects of classes that the libraries define; function would need their types' hashes.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,function -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  add_library(xphi_sanitizer_options OBJECT "${CMAKE_CURRENT_LIST_DIR}/SanitizerOptions.c")
  target_compile_options(xphi_sanitizer_options PRIVATE -fno-sanitize=all)
  link_libraries("$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:$<TARGET_OBJECTS:xphi_sanitizer_options>>")
endif()
