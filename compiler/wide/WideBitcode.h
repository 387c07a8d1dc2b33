// The functions of Wide.h as LLVM bitcode and as machine code, to be linked into kernels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both are for x86-64 without extensions and need nothing: no libc, no constructors, no mutable
// state. The linker takes the object in a fraction of a millisecond, where compiling what one
// function needs of the bitcode takes some thirty. All symbols are hidden, not local: who hands out
// an object file, of which a program may hold several, links the bitcode and makes them local.
#pragma once

#include <string_view>

namespace xphi::wide {

/// One module; its functions carry the attributes of the target they were compiled for.
std::string_view wideBitcode();

/// An ELF object, position independent, one section a function: for --gc-sections.
std::string_view wideObject();

} // namespace xphi::wide
