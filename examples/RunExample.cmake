# Runs PROGRAM and fails unless it exits with 0 and its output matches every regex of EXPECT, one a line.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

execute_process(COMMAND "${PROGRAM}" RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE talk)
message("${output}${talk}")
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}")
endif()
string(REPLACE "\n" ";" patterns "${EXPECT}")
foreach(pattern IN LISTS patterns)
  if(NOT output MATCHES "${pattern}")
    message(FATAL_ERROR "the output does not match: ${pattern}")
  endif()
endforeach()
