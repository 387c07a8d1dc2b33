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

# The first error has to say what is asked for.
function(refuse pattern)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status ERROR_VARIABLE talk)
  string(REGEX MATCH "error: [^\n]*" first "${talk}")
  if(status EQUAL 0 OR NOT first MATCHES "${pattern}")
    list(JOIN ARGN " " command)
    message(SEND_ERROR "${command}\nends with ${status} and first says '${first}', not '${pattern}'")
  endif()
endfunction()

foreach(compiler IN LISTS CXX)
  foreach(standard 20 23 20:-fno-exceptions 23:-fno-rtti)
    string(REPLACE ":" ";" options "-std=c++${standard}")
    compile("${compiler}" ${strict} ${options} "${SOURCE}")
  endforeach()

  # Each header alone, at once: none may need what another has included before.
  foreach(header IN LISTS headers)
    string(MAKE_C_IDENTIFIER "${header}" name)
    file(WRITE "${WORK}/${name}.cpp" "#include <${header}>\n")
    compile("${compiler}" ${strict} -std=c++20 "${WORK}/${name}.cpp")
    refuse("C\\+\\+20" "${compiler}" -fsyntax-only -std=c++17 "-I${PREFIX}/include" "${WORK}/${name}.cpp")
  endforeach()

  foreach(drops "engine.compile(\"x\")" "kernel.forward(x, y)" "kernel.certificate()" "input * input"
                "engine.cacheStatistics()" "xphi::text(input)" "engine.fillCache(\"x\")" "kernel.bytes()" "done[0].error()")
    refuse("unused|nodiscard|ignoring" "${compiler}" ${strict} -std=c++20 "-DDROPS=${drops}" "${SOURCE}")
  endforeach()
endforeach()

file(WRITE "${WORK}/c.c" "#include <xphi/xphi.h>\nint main(void) { return xphi_version() == 0; }\n")
foreach(compiler IN LISTS CC)
  foreach(standard c11 c17)
    compile("${compiler}" ${strictC} -std=${standard} "${WORK}/c.c")
  endforeach()
endforeach()
