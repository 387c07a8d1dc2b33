# Builds SOURCE, examples/08_kernels, and looks at what is compiled again when a file changes: what depends on it, also by
# import, and nothing else.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

file(REMOVE_RECURSE "${WORK}")
file(COPY "${SOURCE}/" DESTINATION "${WORK}/source")

function(build result)
  execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK}/build" OUTPUT_VARIABLE talk ERROR_VARIABLE talk
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${talk}")
  endif()
  string(REGEX MATCHALL "Compiling [a-z]+ for" compiled "${talk}")
  list(SORT compiled)
  string(REGEX REPLACE "Compiling ([a-z]+) for" "\\1" compiled "${compiled}")
  set(${result} "${compiled}" PARENT_SCOPE)
endfunction()

function(expect what)
  build(compiled)
  if(NOT compiled STREQUAL "${ARGN}")
    message(FATAL_ERROR "${what}: compiled are '${compiled}', not '${ARGN}'")
  endif()
endfunction()

execute_process(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${WORK}/source" -B "${WORK}/build"
  "-DCMAKE_PREFIX_PATH=${PREFIX}" "-DCMAKE_C_COMPILER=${CC}" "-DCMAKE_CXX_COMPILER=${CXX}"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
expect("at first" bump gate silu tanhshrink)
expect("nothing changed")
file(APPEND "${WORK}/source/shapes/step.phi" "\n# Changed.\n")
expect("an imported file changed" gate)
file(APPEND "${WORK}/source/more.phi" "\n# Changed.\n")
expect("a file changed" bump)
expect("nothing changed again")
