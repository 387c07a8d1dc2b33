# Writes a C++ source that holds every *.phi file of the library's folders, one folder a group.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DFOLDER=... -DOUTPUT=... -P Embed.cmake

cmake_minimum_required(VERSION 3.25)

file(GLOB sources RELATIVE "${FOLDER}" "${FOLDER}/*/*.phi")
set(names "")
foreach(source IN LISTS sources)
  get_filename_component(group "${source}" DIRECTORY)
  get_filename_component(name "${source}" NAME_WE)
  if(name IN_LIST names)
    message(FATAL_ERROR "two files of the library define '${name}'")
  endif()
  list(APPEND names "${name}")
  set(group_of_${name} "${group}")
endforeach()
list(SORT names)

set(rows "")
set(groups "")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${group_of_${name}}/${name}.phi" text)
  string(APPEND rows "    {\"${name}\", R\"phi(${text})phi\"},\n")
  string(APPEND groups "    \"${group_of_${name}}\",\n")
endforeach()

file(WRITE "${OUTPUT}" "// The embedded library; made from lib/*/*.phi by lib/Embed.cmake.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include \"lib/EmbeddedLibrary.h\"

namespace xphi::lib {
namespace {

constexpr dsl::LibraryFile embeddedFiles[] = {
${rows}};

constexpr std::string_view embeddedGroups[] = {
${groups}};

} // namespace

std::span<const dsl::LibraryFile> files() { return embeddedFiles; }

std::span<const std::string_view> groups() { return embeddedGroups; }

} // namespace xphi::lib
")
