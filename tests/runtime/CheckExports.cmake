# Fails when LIBRARY exports a name that does not match NAMES, or, without MAY_NEED_LLVM, needs LLVM.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

execute_process(COMMAND "${NM}" -D --defined-only --format=posix "${LIBRARY}"
                OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "\n$" "" symbols "${symbols}")
string(REPLACE "\n" ";" symbols "${symbols}")
foreach(line IN LISTS symbols)
  string(REGEX REPLACE " .*" "" name "${line}")
  if(NOT name MATCHES "${NAMES}" OR name MATCHES "4xphi3dsl")
    message(SEND_ERROR "exported by accident: ${name}")
  endif()
endforeach()

execute_process(COMMAND "${READELF}" -d "${LIBRARY}"
                OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
if(NOT MAY_NEED_LLVM AND dynamic MATCHES "LLVM|MLIR|Halide|flint|xphi-compiler")
  message(SEND_ERROR "linked against what only the compiler may need:\n${dynamic}")
endif()
