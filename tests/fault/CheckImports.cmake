# The compiler library cannot reach what belongs to the process around it: the symbols are not there.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
execute_process(COMMAND "${NM}" -D --undefined-only "${LIBRARY}" OUTPUT_VARIABLE imports COMMAND_ERROR_IS_FATAL ANY)
foreach(name sigaction sigaltstack signal setrlimit chdir umask setlocale _Znwm _ZdlPv)
  if(imports MATCHES " ${name}[@\n]")
    message(SEND_ERROR "libxphi-compiler.so calls ${name}: send it to compiler/HostCalls.cpp")
  endif()
endforeach()
