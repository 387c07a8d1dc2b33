# Fails when the machine code of wide numbers needs a symbol, changes data, or lacks a function of Wide.h.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${NM}" --format=posix "${OBJECT}"
                OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "\n$" "" symbols "${symbols}")
string(REPLACE "\n" ";" symbols "${symbols}")
set(names "")
foreach(line IN LISTS symbols)
  if(NOT line MATCHES "^([^ ]+) ([a-zA-Z])")
    message(SEND_ERROR "not understood: ${line}")
  endif()
  list(APPEND names "${CMAKE_MATCH_1}")
  if(CMAKE_MATCH_2 MATCHES "[UuwvDdBbCc]")
    message(SEND_ERROR "needed from outside, or data that may change: ${line}")
  endif()
endforeach()

file(STRINGS "${FUNCTIONS}" rows REGEX "^(UNARY|BINARY)\\(")
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^[A-Z]+\\((.*)\\)$" "xphi_wide_\\1" name "${row}")
  if(NOT name IN_LIST names)
    message(SEND_ERROR "missing: ${name}")
  endif()
endforeach()
