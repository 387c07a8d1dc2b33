# xphi_build_version: the header BuildVersion.h, for the runtime and for the compiler library.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

add_library(xphi_build_version INTERFACE)
if(XPHI_COMPILER_ELSEWHERE)
  # The runtime takes the word of the compiler library that it belongs to.
  add_dependencies(xphi_build_version ${XPHI_COMPILER_ELSEWHERE})
  target_include_directories(xphi_build_version INTERFACE "${XPHI_BUILD_VERSION_DIR}")
  return()
endif()

set(buildVersion "${PROJECT_BINARY_DIR}/generated/BuildVersion.h")
file(GLOB_RECURSE compilerSources CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/abi/*" "${PROJECT_SOURCE_DIR}/compiler/*" "${PROJECT_SOURCE_DIR}/dsl/*")

# Beside the sources: the parts, and whatever else changes the bits that come out.
string(TOUPPER "${CMAKE_BUILD_TYPE}" buildType)
set(parts "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${buildType}}")
if(XPHI_COMPILER)
  find_path(XPHI_FLINT_INCLUDE_DIR flint/flint.h)
  file(STRINGS "${XPHI_FLINT_INCLUDE_DIR}/flint/flint.h" flintVersion REGEX "#define FLINT_VERSION ")
  string(APPEND parts " LLVM ${LLVM_PACKAGE_VERSION} Halide ${HALIDE_VERSION} ${flintVersion}")
endif()

add_custom_command(OUTPUT "${buildVersion}"
  COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DOUTPUT=${buildVersion}"
          "-DXPHI_VERSION=${PROJECT_VERSION}" "-DPARTS=${parts}"
          -P "${PROJECT_SOURCE_DIR}/cmake/Fingerprint.cmake"
  DEPENDS "${PROJECT_SOURCE_DIR}/cmake/Fingerprint.cmake" "${PROJECT_SOURCE_DIR}/cmake/BuildVersion.h.in"
          "${PROJECT_SOURCE_DIR}/cmake/XphiBuild.cmake" ${compilerSources}
  COMMENT "Fingerprint of the compiler's sources"
  VERBATIM)
add_custom_target(xphi_build_version_header DEPENDS "${buildVersion}")
add_dependencies(xphi_build_version xphi_build_version_header)
target_include_directories(xphi_build_version INTERFACE "${PROJECT_BINARY_DIR}/generated")
