// What a loop around a body looks like from outside: its operands, and whose machine it is for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop knows how many operands the body has, and nothing else of the function: it calls
// `xphi_body_0`, and for further outputs `xphi_body_1` and so on, with all operands of each
// element. So one loop serves every function of its signature.
#ifndef XPHI_COMPILER_CODEGEN_LOOPSIGNATURE_H
#define XPHI_COMPILER_CODEGEN_LOOPSIGNATURE_H

#include "abi/OperandKind.h"
#include "abi/Target.h"

#include <string>

namespace xphi::compiler {

struct LoopSignature {
  // One OperandKind each. All arrays are of one length.
  std::string inputs;     ///< arrays
  std::string parameters; ///< scalars, or arrays; at last the index of the first element, if at all
  std::string outputs;    ///< arrays
  Target target;
  unsigned vectors = 1; ///< that the body takes at once

  unsigned lanes() const {
    return vectors *
           lanesOf(target.lanes, inputs + outputs, parameters.ends_with(char(IndexScalar)));
  }

  /// Equal for two signatures exactly if their loops are the same. GPUs share one loop: their
  /// architectures differ in the body only.
  std::string key() const {
    return (target.isCuda() ? "cuda" : std::string(target.name)) + "-" + inputs + "-" + parameters +
           "-" + outputs + (vectors > 1 ? "-" + std::to_string(vectors) : "");
  }
};

inline constexpr char loopName[] = "xphi_loop", loopBodyPrefix[] = "xphi_body_";

/// The function that a loop calls for each element of its i-th output.
inline std::string loopBodyName(unsigned i) { return loopBodyPrefix + std::to_string(i); }

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_LOOPSIGNATURE_H
