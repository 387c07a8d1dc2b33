# Builds SOURCE, a C program, with what pkg-config says of PREFIX, and runs it with libxphi.so reached in several ways: the
# compiler library is found all the same.
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

# Nothing is cached: each has to find the library.
set(ENV{XPHI_CACHE_DIR} "")
unset(ENV{XPHI_COMPILER_LIBRARY})

# By a link in a folder that has nothing else.
file(MAKE_DIRECTORY "${WORK}/links")
file(CREATE_LINK "${PREFIX}/lib/libxphi.so.0" "${WORK}/links/libxphi.so.0" SYMBOLIC)
execute_process(COMMAND "${CMAKE_COMMAND}" -E env "LD_LIBRARY_PATH=${WORK}/links" "${WORK}/program"
  COMMAND_ERROR_IS_FATAL ANY)

# By a path that no longer means the same when something is compiled.
execute_process(COMMAND "${CMAKE_COMMAND}" -E env LD_LIBRARY_PATH=lib "${WORK}/program" /
  WORKING_DIRECTORY "${PREFIX}" COMMAND_ERROR_IS_FATAL ANY)

# And where it is not, the folder to put it into is named.
file(MAKE_DIRECTORY "${WORK}/alone")
file(COPY "${PREFIX}/lib/libxphi.so.0" DESTINATION "${WORK}/alone" FOLLOW_SYMLINK_CHAIN)
execute_process(COMMAND "${CMAKE_COMMAND}" -E env "LD_LIBRARY_PATH=${WORK}/alone" "${WORK}/program"
  RESULT_VARIABLE status ERROR_VARIABLE talk)
if(status EQUAL 0 OR NOT talk MATCHES "X2001.*beside libxphi.so, into ${WORK}/alone")
  message(FATAL_ERROR "without a compiler library: ${status}, ${talk}")
endif()
