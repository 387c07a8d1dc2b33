# Writes a C++ source that holds the bytes of a bitcode file.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DBITCODE=... -DNAME=objectCalls -DOUTPUT=... -P EmbedBitcode.cmake

file(READ "${BITCODE}" bytes HEX)
string(REGEX REPLACE "(................................................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${OUTPUT}" "// The bitcode ${NAME}, made by compiler/codegen/EmbedBitcode.cmake.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include \"codegen/ObjectBitcode.h\"

namespace xphi::compiler {
namespace {

alignas(4) constexpr unsigned char bytes[] = {
${bytes}};

} // namespace

std::string_view ${NAME}Bitcode() {
  return {reinterpret_cast<const char *>(bytes), sizeof bytes};
}

} // namespace xphi::compiler
")
