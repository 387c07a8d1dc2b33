# Compiles the public headers of PREFIX as hosts do that take warnings for errors, in every dialect. SOURCE is Headers.cpp.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set(strict -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wextra-semi -Wcast-qual -Wnon-virtual-dtor -Wdouble-promotion -Werror "-I${PREFIX}/include")
set(strictC -fsyntax-only -Wall -Wextra -pedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wcast-qual -Wundef -Werror "-I${PREFIX}/include")
file(GLOB headers RELATIVE "${PREFIX}/include" "${PREFIX}/include/xphi/*.hpp")
file(MAKE_DIRECTORY "${WORK}")

function(compile)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status ERROR_VARIABLE talk)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(SEND_ERROR "${command}\n${talk}")
  endif()
endfunction()

foreach(compiler IN LISTS CXX)
  foreach(standard 20 23:-fno-exceptions:-fno-rtti)
    string(REPLACE ":" ";" options "-std=c++${standard}")
    compile("${compiler}" ${strict} ${options} "${SOURCE}")
  endforeach()

  # As many warnings as there are statements that drop something.
  file(READ "${SOURCE}" text)
  string(REGEX MATCH "#ifdef DROPS\n([^#]*)#endif" text "${text}")
  string(REGEX MATCHALL "\n" statements "${CMAKE_MATCH_1}")
  list(LENGTH statements count)
  execute_process(COMMAND "${compiler}" -fsyntax-only -std=c++20 -DDROPS "-I${PREFIX}/include" "${SOURCE}"
    ERROR_VARIABLE talk)
  string(REGEX MATCHALL "${SOURCE}:[0-9]+:[0-9]+: warning: " warned "${talk}")
  list(REMOVE_DUPLICATES warned)
  list(LENGTH warned warnings)
  if(count LESS 10 OR NOT warnings EQUAL count)
    message(SEND_ERROR "${compiler} warns of ${warnings} dropped results, not of ${count}:\n${talk}")
  endif()
endforeach()

# Each header alone: none may need what another has included before, and the first that is said below C++20 is what is
# asked for.
list(GET CXX -1 compiler)
foreach(header IN LISTS headers)
  string(MAKE_C_IDENTIFIER "${header}" name)
  file(WRITE "${WORK}/${name}.cpp" "#include <${header}>\n")
  compile("${compiler}" ${strict} -std=c++20 "${WORK}/${name}.cpp")
  execute_process(COMMAND "${compiler}" -fsyntax-only -std=c++17 -Wfatal-errors "-I${PREFIX}/include" "${WORK}/${name}.cpp"
    RESULT_VARIABLE status ERROR_VARIABLE talk)
  if(status EQUAL 0 OR NOT talk MATCHES "error: #?(error )?\"?xphi.s C\\+\\+ headers need C\\+\\+20")
    message(SEND_ERROR "${header} below C++20: ${talk}")
  endif()
endforeach()

file(WRITE "${WORK}/c.c" "#include <xphi/xphi.h>\nint main(void) { return xphi_version() == 0; }\n")
foreach(compiler IN LISTS CC)
  foreach(standard c11 c17)
    compile("${compiler}" ${strictC} -std=${standard} "${WORK}/c.c")
  endforeach()
endforeach()
