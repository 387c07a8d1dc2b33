# How every target is built: standard, warnings, visibility, where the results go, ccache and lld.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

# The runtime looks for the compiler library in its own folder.
foreach(kind RUNTIME:bin LIBRARY:lib ARCHIVE:lib)
  string(REGEX MATCH "^(.*):(.*)$" kind "${kind}")
  if(PROJECT_IS_TOP_LEVEL OR NOT CMAKE_${CMAKE_MATCH_1}_OUTPUT_DIRECTORY)
    set(CMAKE_${CMAKE_MATCH_1}_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/${CMAKE_MATCH_2}")
  endif()
endforeach()

# The command finds the libraries next to itself, and so does an installed copy.
include(GNUInstallDirs)
set(CMAKE_BUILD_RPATH "$ORIGIN/../lib")
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
file(RELATIVE_PATH toLibraries "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
set(CMAKE_INSTALL_RPATH "$ORIGIN/${toLibraries}" "$ORIGIN")

# Options structs are made to be filled in part: {.order = 1}.
add_compile_options(-Wall -Wextra -Wno-missing-field-initializers)

# ISO C++ arithmetic everywhere: GCC fuses a*b+c by default, and a reference must not depend on that.
add_compile_options(-ffp-contract=off)

# What another project has asked for that would change results or that the sources do not compile with.
if(NOT PROJECT_IS_TOP_LEVEL)
  add_compile_options(-fno-fast-math "$<$<COMPILE_LANGUAGE:CXX>:-fexceptions;-frtti>")
  return()
endif()

# ccache keeps files that use a precompiled header only if told that their macros and times do not matter.
find_program(XPHI_CCACHE ccache)
if(XPHI_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${XPHI_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${XPHI_CCACHE}")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

# g++ looks for `ld.lld` first in the folders given with -B: this picks LLVM 22's where the system has another.
find_program(XPHI_LLD NAMES ld.lld-22 ld.lld)
if(XPHI_LLD)
  file(REAL_PATH "${XPHI_LLD}" lld)
  get_filename_component(lldFolder "${lld}" DIRECTORY)
  if(EXISTS "${lldFolder}/ld.lld")
    add_link_options(-fuse-ld=lld "-B${lldFolder}")
  else()
    add_link_options(-fuse-ld=lld)
  endif()
endif()
