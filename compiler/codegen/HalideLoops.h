// The loops around a body, made by Halide: how elements are walked, on the CPU and on the GPU.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop knows how many operands the body has, and nothing else of the function: it calls
// `xphi_body` for each element. So one loop serves every function of its signature.
#ifndef XPHI_COMPILER_CODEGEN_HALIDELOOPS_H
#define XPHI_COMPILER_CODEGEN_HALIDELOOPS_H

#include "codegen/Target.h"

#include <string>

namespace xphi::compiler {

struct LoopSignature {
  unsigned inputs;     ///< f32 arrays of equal length
  unsigned parameters; ///< f32 scalars
  Target target;

  /// Equal for two signatures exactly if their loops are the same.
  std::string key() const;
};

inline constexpr char loopName[] = "xphi_loop", loopBodyName[] = "xphi_body";

struct Loop {
  std::string bitcode; ///< LLVM 21's, with `int xphi_loop(halide_buffer_t *inputs..., float
                       ///< parameters..., halide_buffer_t *output)`
  std::string error;   ///< empty, or what Halide said
};

Loop makeLoop(const LoopSignature &signature);

/// The loop nest as Halide prints it.
std::string printLoop(const LoopSignature &signature);

/// For the version string.
std::string halideVersion();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_HALIDELOOPS_H
