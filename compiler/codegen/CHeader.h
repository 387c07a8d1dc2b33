// The C header of functions compiled ahead of time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_CHEADER_H
#define XPHI_COMPILER_CODEGEN_CHEADER_H

#include "dsl/Ast.h"

#include <string>
#include <vector>

namespace xphi::compiler {

struct HeaderOptions {
  std::string symbol; ///< prefix of the functions' names
  std::string target;
  std::vector<std::string> derivative; ///< variables in which the value is differentiated
  std::vector<std::string> gradients;  ///< what the backward function computes, if anything
  std::string keep;                    ///< what it reads of the forward pass; empty: x
};

/// Declares `symbol_f32` and, with `backward`, `symbol_f32_backward`, with what they compute, need
/// and promise.
std::string cHeader(const dsl::Program &program, dsl::DefinitionIndex entry,
                    const HeaderOptions &options);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_CHEADER_H
