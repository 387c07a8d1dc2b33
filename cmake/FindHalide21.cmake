# Finds Halide 21, which comes as a Python wheel, and defines the target Halide::Halide.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The wheel's own CMake package asks for CMake 3.28 and a Python to import; headers and library are all that is needed.
# HALIDE_ROOT is the folder that holds include/ and lib64/; by default the one that `./x` puts into .venv.

file(GLOB halideWheels "${PROJECT_SOURCE_DIR}/.venv/lib/python3.*/site-packages/halide")
set(HALIDE_ROOT "" CACHE PATH "Folder of Halide 21: include/Halide.h and lib64/libHalide.so")

find_path(HALIDE_INCLUDE_DIR Halide.h HINTS "${HALIDE_ROOT}" ${halideWheels} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(HALIDE_LIBRARY Halide HINTS "${HALIDE_ROOT}" ${halideWheels} PATH_SUFFIXES lib64 lib NO_DEFAULT_PATH)

if(HALIDE_INCLUDE_DIR AND EXISTS "${HALIDE_INCLUDE_DIR}/HalideRuntime.h")
  file(STRINGS "${HALIDE_INCLUDE_DIR}/HalideRuntime.h" halideVersion REGEX "#define HALIDE_VERSION_(MAJOR|MINOR|PATCH) ")
  list(TRANSFORM halideVersion REPLACE "[^0-9]*([0-9]+).*" "\\1")
  list(JOIN halideVersion "." HALIDE_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Halide21 REQUIRED_VARS HALIDE_LIBRARY HALIDE_INCLUDE_DIR VERSION_VAR HALIDE_VERSION
  REASON_FAILURE_MESSAGE "run `./x build`, which installs it into .venv, or set HALIDE_ROOT")
if(Halide21_FOUND AND NOT HALIDE_VERSION MATCHES "^21\\.")
  message(FATAL_ERROR "Halide 21 is needed, found ${HALIDE_VERSION} in ${HALIDE_INCLUDE_DIR}")
endif()

if(Halide21_FOUND AND NOT TARGET Halide::Halide)
  add_library(Halide::Halide SHARED IMPORTED)
  set_target_properties(Halide::Halide PROPERTIES
    IMPORTED_LOCATION "${HALIDE_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${HALIDE_INCLUDE_DIR}")
endif()
