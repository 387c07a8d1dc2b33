# Where the compiler library comes from: this build, a build of its own by Clang, or an installed xphi.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# MLIR's packages are built by Clang, and so must be what uses them (docs/rationale.md). Where this project is built by
# another compiler, or belongs to another project, which may have an LLVM, flags and a build type of its own, the
# compiler library is a project of its own, built by the Clang that is found. Sets
#   XPHI_COMPILER            ON only where its targets are in this build
#   XPHI_COMPILER_ELSEWHERE  else, the target that provides BuildVersion.h in XPHI_BUILD_VERSION_DIR

set(XPHI_COMPILER_ELSEWHERE "")
set(XPHI_COMPILER_JOBS "" CACHE STRING "Jobs for the compiler library where it is built apart, of 1.5 GB each; empty: the generator's")

if(XPHI_COMPILER STREQUAL "INSTALLED")
  set(XPHI_COMPILER OFF)
  find_library(XPHI_COMPILER_LIBRARY NAMES xphi-compiler
    DOC "libxphi-compiler.so of an installed xphi of the same version")
  get_filename_component(installedFolder "${XPHI_COMPILER_LIBRARY}" DIRECTORY)
  set(XPHI_BUILD_VERSION_DIR "${installedFolder}/cmake/xphi")
  if(NOT EXISTS "${XPHI_BUILD_VERSION_DIR}/BuildVersion.h")
    message(FATAL_ERROR "XPHI_COMPILER is INSTALLED, but no installed compiler library is found: set "
      "XPHI_COMPILER_LIBRARY to lib/libxphi-compiler.so of the prefix, with lib/cmake/xphi/BuildVersion.h beside it")
  endif()
  set(ownVersion "${PROJECT_BINARY_DIR}/sources/BuildVersion.h")
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DOUTPUT=${ownVersion}"
    "-DXPHI_VERSION=${PROJECT_VERSION}" -P "${PROJECT_SOURCE_DIR}/cmake/Fingerprint.cmake" COMMAND_ERROR_IS_FATAL ANY)
  file(STRINGS "${ownVersion}" ownSources REGEX XPHI_COMPILER_SOURCES)
  file(STRINGS "${XPHI_BUILD_VERSION_DIR}/BuildVersion.h" installedSources REGEX XPHI_COMPILER_SOURCES)
  if(NOT ownSources STREQUAL installedSources)
    message(FATAL_ERROR "the compiler library ${XPHI_COMPILER_LIBRARY} is of other sources than ${PROJECT_SOURCE_DIR}: "
      "install it from these, or set XPHI_COMPILER to ON")
  endif()
  set(XPHI_COMPILER_ELSEWHERE xphi-compiler)
elseif(XPHI_COMPILER AND NOT (PROJECT_IS_TOP_LEVEL AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang"))
  set(XPHI_COMPILER OFF)
  find_program(XPHI_CLANG NAMES clang-22 clang DOC "Clang that builds the compiler library")
  find_program(XPHI_CLANGXX NAMES clang++-22 clang++ DOC "Clang++ that builds the compiler library")
  find_package(Halide21 REQUIRED)
  if(NOT XPHI_CLANG OR NOT XPHI_CLANGXX)
    message(FATAL_ERROR "the compiler library is built by Clang, which is not found: install clang-22 or set XPHI_CLANG "
      "and XPHI_CLANGXX; or set XPHI_COMPILER to INSTALLED to use an installed one, or to OFF")
  endif()
  set(XPHI_COMPILER_ELSEWHERE xphi-compiler-version)
  set(XPHI_BUILD_VERSION_DIR "${PROJECT_BINARY_DIR}/compiler-library/generated")
endif()

# Puts the library beside libxphi.so, and into the build of whoever links that.
function(xphi_join_compiler_library)
  if(NOT XPHI_COMPILER_ELSEWHERE)
    if(XPHI_COMPILER)
      add_library(xphi::compiler ALIAS xphi-compiler)
    endif()
    return()
  endif()

  if(XPHI_COMPILER_ELSEWHERE STREQUAL "xphi-compiler")
    set(folder "${installedFolder}")
  else()
    set(folder "${PROJECT_BINARY_DIR}/compiler-library/lib")
  endif()
  set(link "${CMAKE_COMMAND}" -E make_directory $<TARGET_FILE_DIR:xphi>)
  foreach(library libxphi-compiler.so libxphi-loops.so)
    list(APPEND link COMMAND "${CMAKE_COMMAND}" -E create_symlink "${folder}/${library}"
      "$<TARGET_FILE_DIR:xphi>/${library}")
  endforeach()
  if(EXISTS "${folder}/xphi/libHalide.so")
    list(APPEND link COMMAND "${CMAKE_COMMAND}" -E create_symlink "${folder}/xphi/libHalide.so"
      "$<TARGET_FILE_DIR:xphi>/libHalide.so")
  endif()

  if(XPHI_COMPILER_ELSEWHERE STREQUAL "xphi-compiler")
    add_custom_target(xphi-compiler COMMAND ${link} VERBATIM)
  else()
    include(ExternalProject)
    set(generator "${CMAKE_GENERATOR}")
    find_program(XPHI_NINJA NAMES ninja)
    if(XPHI_NINJA)
      set(generator Ninja)
    endif()
    set(build "${CMAKE_COMMAND}" --build <BINARY_DIR>)
    if(XPHI_COMPILER_JOBS)
      list(APPEND build -j "${XPHI_COMPILER_JOBS}")
    endif()
    # Nothing of the project around it, not even through CXXFLAGS: its kernels' bits do not depend on who embeds it.
    ExternalProject_Add(xphi-compiler
      PREFIX "${PROJECT_BINARY_DIR}/compiler-step"
      SOURCE_DIR "${PROJECT_SOURCE_DIR}"
      BINARY_DIR "${PROJECT_BINARY_DIR}/compiler-library"
      CMAKE_GENERATOR "${generator}"
      CMAKE_ARGS "-DCMAKE_C_COMPILER=${XPHI_CLANG}" "-DCMAKE_CXX_COMPILER=${XPHI_CLANGXX}" -DCMAKE_BUILD_TYPE=Release
        -DCMAKE_C_FLAGS= -DCMAKE_CXX_FLAGS= -DCMAKE_EXE_LINKER_FLAGS= -DCMAKE_SHARED_LINKER_FLAGS=
        -DCMAKE_MODULE_LINKER_FLAGS= -DXPHI_COMPILER=ON -DXPHI_BUILD_TOOLS=OFF -DXPHI_BUILD_EXAMPLES=OFF
        -DXPHI_BUILD_TESTS=OFF "-DHALIDE_ROOT=${HALIDE_ROOT}" "-DCMAKE_INSTALL_LIBDIR=${CMAKE_INSTALL_LIBDIR}"
      BUILD_COMMAND ${build} --target xphi-compiler xphi-loops
      BUILD_BYPRODUCTS "${folder}/libxphi-compiler.so" "${folder}/libxphi-loops.so"
      BUILD_ALWAYS ON
      USES_TERMINAL_BUILD ON
      INSTALL_COMMAND ${link})
    ExternalProject_Add_Step(xphi-compiler version
      COMMAND ${build} --target xphi_build_version_header
      BYPRODUCTS "${XPHI_BUILD_VERSION_DIR}/BuildVersion.h"
      DEPENDEES configure DEPENDERS build ALWAYS ON)
    ExternalProject_Add_StepTargets(xphi-compiler version)
  endif()

  add_library(xphi_compiler_file MODULE IMPORTED GLOBAL)
  set_target_properties(xphi_compiler_file PROPERTIES IMPORTED_LOCATION "${folder}/libxphi-compiler.so")
  add_dependencies(xphi_compiler_file xphi-compiler)
  add_library(xphi::compiler ALIAS xphi_compiler_file)

  add_library(xphi_compiler_beside INTERFACE)
  add_dependencies(xphi_compiler_beside xphi-compiler)
  target_link_libraries(xphi INTERFACE "$<BUILD_INTERFACE:xphi_compiler_beside>")
endfunction()
