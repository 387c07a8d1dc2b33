# xphi_add_test(name SOURCES files... [LIBS targets...] [LABEL label] [TIMEOUT seconds] [ONE_IN n] [SHARE settings...])
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Builds one GoogleTest program and registers it as one ctest entry, labelled by its folder under tests/ unless LABEL
# says otherwise. One entry a program, not one a case: a process start for each of some hundred cases costs more than
# the cases, and GoogleTest names the failing one.
#
# Of a program that takes minutes a share is run, and all of it by `./x test --whole`, as the entry NAME-whole. ONE_IN:
# the share is every n-th case. SHARE: it is what these environment variables say (NAME=how many programs).

if(XPHI_BUILD_TESTS)
  enable_testing()
  find_package(GTest REQUIRED)
endif()

function(xphi_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT;ONE_IN" "SOURCES;LIBS;SHARE")
  if(NOT arg_LABEL)
    get_filename_component(arg_LABEL "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(XPHI_SANITIZE) # several times slower
    math(EXPR arg_TIMEOUT "5 * ${arg_TIMEOUT}")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest_main)
  # Tests never meet a developer's own cache, nor one another's; made afresh by each run of ctest.
  set(environment "XPHI_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache")
  set(labels "${arg_LABEL}")
  if(arg_ONE_IN)
    list(APPEND arg_SHARE GTEST_TOTAL_SHARDS=${arg_ONE_IN} GTEST_SHARD_INDEX=0)
  endif()
  if(arg_SHARE)
    add_test(NAME ${name}-whole COMMAND ${name} --gtest_brief=1 CONFIGURATIONS Whole)
    set_tests_properties(${name}-whole PROPERTIES LABELS "${labels}" TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${environment}")
    list(APPEND labels share)
    list(APPEND environment ${arg_SHARE})
  endif()
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${environment}")
endfunction()
