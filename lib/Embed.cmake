# Writes a C++ source that holds every *.phi file of a folder.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DFOLDER=... -DOUTPUT=... -P Embed.cmake

file(GLOB sources "${FOLDER}/*.phi")
list(SORT sources)
set(rows "")
foreach(source IN LISTS sources)
  get_filename_component(name "${source}" NAME_WE)
  file(READ "${source}" text)
  string(APPEND rows "    {\"${name}\", R\"phi(${text})phi\"},\n")
endforeach()

file(WRITE "${OUTPUT}" "// The embedded library; made from lib/*.phi by lib/Embed.cmake.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include \"lib/EmbeddedLibrary.h\"

namespace xphi::lib {
namespace {

constexpr dsl::LibraryFile embeddedFiles[] = {
${rows}};

} // namespace

std::span<const dsl::LibraryFile> files() { return embeddedFiles; }

} // namespace xphi::lib
")
