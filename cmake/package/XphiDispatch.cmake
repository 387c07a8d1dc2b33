# Writes the header of xphi_add_kernels, OUTPUT, and DISPATCH, which picks among several targets, from what
# `xphi compile` wrote: HEADER, for TARGETS, of the function NAME.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

string(REPLACE "," ";" TARGETS "${TARGETS}")
list(LENGTH TARGETS count)
file(READ "${HEADER}" text)
set(dispatch "/* Picks the code for this processor. Made by xphi_add_kernels. */\n#include \"${OUTPUT}\"\n\n")

# What the targets ask of a processor, in words that GCC and Clang have known for long; with the registers that the
# operating system saves.
set(x86-64-v3 avx2 fma bmi bmi2)
set(x86-64-v4 ${x86-64-v3} avx512f avx512bw avx512cd avx512dq avx512vl)

if(count EQUAL 1)
  file(WRITE "${OUTPUT}" "${text}")
  file(WRITE "${DISPATCH}" "${dispatch}typedef int xphi_nothing_to_pick;\n")
  return()
endif()

# The best first: the names of the targets are in order.
list(SORT TARGETS ORDER DESCENDING)
set(tests "")
foreach(target IN LISTS TARGETS)
  if(NOT DEFINED ${target})
    message(FATAL_ERROR "xphi_add_kernels cannot pick ${target} at run time: TARGETS may be x86-64-v3 and x86-64-v4, or one alone")
  endif()
  string(REGEX REPLACE "^x86-64-" "" short "${target}")
  list(TRANSFORM ${target} REPLACE "(.+)" "__builtin_cpu_supports(\"\\1\")" OUTPUT_VARIABLE words)
  list(JOIN words " && " words)
  string(APPEND dispatch "static int has_${short}(void) { return ${words}; }\n")
  list(APPEND shorts ${short})
endforeach()

list(GET shorts 0 best)
list(GET shorts -1 least)
set(declarations "")
string(REGEX MATCHALL "void [A-Za-z0-9_]+_${best}[a-z_]*\\([^)]*\\)" functions "${text}")
foreach(function IN LISTS functions)
  string(REGEX MATCH "^void ([A-Za-z0-9_]+)_${best}([a-z_]*)\\(([^)]*)\\)$" function "${function}")
  set(stem "${CMAKE_MATCH_1}")
  set(ending "${CMAKE_MATCH_2}")
  set(parameters "${CMAKE_MATCH_3}")
  string(REGEX REPLACE "[^,]*[ *]([A-Za-z0-9_]+)(,|$)" "\\1\\2 " names "${parameters}")
  string(STRIP "${names}" names)
  set(calls "")
  foreach(short IN LISTS shorts)
    if(short STREQUAL least)
      string(APPEND calls "  ${stem}_${short}${ending}(${names});\n")
    else()
      string(APPEND calls "  if (has_${short}()) {\n    ${stem}_${short}${ending}(${names});\n    return;\n  }\n")
    endif()
  endforeach()
  string(APPEND declarations "void ${stem}${ending}(${parameters});\n")
  string(APPEND dispatch "\nvoid ${stem}${ending}(${parameters}) {\n${calls}}\n")
  if(ending STREQUAL "")
    string(APPEND declarations "int ${stem}_runs_here(void);\n")
    string(APPEND dispatch "\nint ${stem}_runs_here(void) { return has_${least}() != 0; }\n")
  endif()
endforeach()
if(declarations STREQUAL "")
  message(FATAL_ERROR "no function of ${NAME} in ${HEADER}")
endif()

string(MAKE_C_IDENTIFIER "XPHI_GENERATED_${NAME}_PICKED_H" guard)
file(WRITE "${OUTPUT}" "${text}
/* ${NAME} for the processor it runs on: the best of those above. Where ..._runs_here() is 0, it can run none of them, and
 * nothing else may be called. */
#ifndef ${guard}
#define ${guard}

#ifdef __cplusplus
extern \"C\" {
#endif

${declarations}
#ifdef __cplusplus
}
#endif

#endif
")
file(WRITE "${DISPATCH}" "${dispatch}")
