// Opens the library with Halide in it, and has loops made there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_LOOPMAKER_H
#define XPHI_COMPILER_CODEGEN_LOOPMAKER_H

#include "codegen/LoopSignature.h"

#include <string_view>

namespace xphi::compiler {

struct Loop {
  std::string bitcode; ///< of `xphi_loop`, see xphi_make_loop
  std::string error;   ///< empty, or what went wrong
};

Loop makeLoop(const LoopSignature &signature);
/// The same with the loop nest as Halide prints it in place of its bitcode.
Loop printLoop(const LoopSignature &signature);
/// What an error begins with, perhaps behind other words, where the machine has too little left.
inline constexpr std::string_view shortage = "too little is left to make a loop with: ";
/// Why no loop at all can be made on this machine, and what to install; empty if they can.
std::string missingHalide();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_LOOPMAKER_H
