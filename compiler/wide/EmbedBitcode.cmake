# Writes a C++ source that holds the bitcode of wide numbers.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DINPUT=... -DOUTPUT=... -P EmbedBitcode.cmake

cmake_minimum_required(VERSION 3.25)

file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")

file(WRITE "${OUTPUT}" "// The bitcode of wide numbers; made by compiler/wide/EmbedBitcode.cmake.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include \"compiler/wide/WideBitcode.h\"

namespace xphi::wide {

namespace {

// Bitcode is read in words of four bytes.
alignas(16) constexpr unsigned char bitcode[] = {
${bytes}
};

} // namespace

std::string_view wideBitcode() { return {reinterpret_cast<const char *>(bitcode), sizeof bitcode}; }

} // namespace xphi::wide
")
