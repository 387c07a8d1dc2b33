# Writes BuildVersion.h: the version, and a fingerprint of what decides which bits are compiled.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Run by the build with SOURCE, OUTPUT, XPHI_VERSION and PARTS. The compiler library says this fingerprint of itself,
# and the runtime serves from the cache only what a library with the fingerprint of its own build has made. The file is
# rewritten only when its content changes.

file(GLOB_RECURSE files RELATIVE "${SOURCE}" "${SOURCE}/abi/*" "${SOURCE}/compiler/*" "${SOURCE}/dsl/*")
list(FILTER files EXCLUDE REGEX "\\.(md|py)$")
list(APPEND files cmake/XphiBuild.cmake)
list(SORT files)
set(all "")
foreach(file IN LISTS files)
  file(SHA256 "${SOURCE}/${file}" hash)
  string(APPEND all "\n${file} ${hash}")
endforeach()
string(SHA256 sources "${all}")
string(SUBSTRING "${sources}" 0 16 XPHI_COMPILER_SOURCES)
string(SHA256 all "${PARTS}${all}")
string(SUBSTRING "${all}" 0 16 XPHI_COMPILER_FINGERPRINT)
configure_file("${CMAKE_CURRENT_LIST_DIR}/BuildVersion.h.in" "${OUTPUT}" @ONLY)
