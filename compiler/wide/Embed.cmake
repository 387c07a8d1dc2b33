# Writes a C++ source that holds the compiled code of wide numbers.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DBITCODE=... -DOBJECT=... -DOUTPUT=... -P Embed.cmake

cmake_minimum_required(VERSION 3.25)

function(bytes_of file result)
  file(READ "${file}" bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  set(${result} "${bytes}" PARENT_SCOPE)
endfunction()

bytes_of("${BITCODE}" bitcode)
bytes_of("${OBJECT}" object)

file(WRITE "${OUTPUT}" "// The compiled code of wide numbers; made by compiler/wide/Embed.cmake.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include \"compiler/wide/WideBitcode.h\"

namespace xphi::wide {

namespace {

// Aligned for readers that take whole words.
alignas(16) constexpr unsigned char bitcode[] = {
${bitcode}
};

alignas(16) constexpr unsigned char object[] = {
${object}
};

} // namespace

std::string_view wideBitcode() { return {reinterpret_cast<const char *>(bitcode), sizeof bitcode}; }

std::string_view wideObject() { return {reinterpret_cast<const char *>(object), sizeof object}; }

} // namespace xphi::wide
")
