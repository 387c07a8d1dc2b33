// The loops around a body, made by Halide: how elements are walked, on the CPU and on the GPU.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop knows how many operands the body has, and nothing else of the function: it calls
// `xphi_body_0`, and for further outputs `xphi_body_1` and so on, with all operands of each
// element. So one loop serves every function of its signature.
#ifndef XPHI_COMPILER_CODEGEN_HALIDELOOPS_H
#define XPHI_COMPILER_CODEGEN_HALIDELOOPS_H

#include "codegen/Target.h"

#include <string>

namespace xphi::compiler {

/// What an operand of a loop is.
enum OperandKind : char {
  FloatArray = 'f',  ///< f32 numbers
  ByteArray = 'b',   ///< bytes, 0 or 1
  FloatScalar = 's', ///< one f32
};

struct LoopSignature {
  // One OperandKind each. All arrays are of one length.
  std::string inputs;     ///< arrays
  std::string parameters; ///< scalars, or arrays of f32
  std::string outputs;    ///< arrays
  Target target;

  /// Equal for two signatures exactly if their loops are the same.
  std::string key() const;
};

inline constexpr char loopName[] = "xphi_loop", loopBodyPrefix[] = "xphi_body_";

/// The function that a loop calls for each element of its i-th output.
std::string loopBodyName(unsigned i);

struct Loop {
  std::string bitcode; ///< LLVM 21's, with `int xphi_loop(halide_buffer_t *inputs...,
                       ///< parameters..., halide_buffer_t *outputs...)`
  std::string error;   ///< empty, or what Halide said
};

Loop makeLoop(const LoopSignature &signature);

/// The loop nest as Halide prints it.
std::string printLoop(const LoopSignature &signature);

/// For the version string.
std::string halideVersion();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_HALIDELOOPS_H
