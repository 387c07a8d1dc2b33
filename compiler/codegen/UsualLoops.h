// The loops of usual signatures, made when the compiler library was built.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where one of these serves, a fresh process opens no Halide, which would take longer than all else
// of its first compile. They are a part of the library, so there is no file that could be of
// another build, or be missing.
#ifndef XPHI_COMPILER_CODEGEN_USUALLOOPS_H
#define XPHI_COMPILER_CODEGEN_USUALLOOPS_H

#include <string_view>

namespace xphi::compiler {

/// The bitcode of the loop whose signature has this key; empty if it is none of them.
std::string_view usualLoop(std::string_view key);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_USUALLOOPS_H
