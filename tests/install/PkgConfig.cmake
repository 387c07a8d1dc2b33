# Builds SOURCE, a C program, with what pkg-config says of PREFIX, and runs it.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set(ENV{PKG_CONFIG_PATH} "${PREFIX}/lib/pkgconfig")
function(ask)
  execute_process(COMMAND "${PKG_CONFIG}" ${ARGN} OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(answer)
  set(answer ${answer} PARENT_SCOPE)
endfunction()

ask(--variable=library xphi-compiler)
if(NOT EXISTS "${answer}")
  message(FATAL_ERROR "xphi-compiler.pc names ${answer}, which is not there")
endif()
ask(--cflags --libs xphi)
file(MAKE_DIRECTORY "${WORK}")
execute_process(COMMAND "${CC}" -std=c11 -Wall -Wextra -pedantic -Werror "${SOURCE}" -o "${WORK}/program" ${answer}
  "-Wl,-rpath,${PREFIX}/lib" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${WORK}/program" COMMAND_ERROR_IS_FATAL ANY)
