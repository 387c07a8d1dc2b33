// The C header of functions compiled ahead of time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_CHEADER_H
#define XPHI_COMPILER_CODEGEN_CHEADER_H

#include "dsl/Ast.h"

#include <string>
#include <vector>

namespace xphi::compiler {

struct HeaderOptions {
  std::string function; ///< what the functions' names begin with: "gelu_f32"
  std::string target;
  std::vector<std::string> derivative; ///< variables in which the value is differentiated
  std::vector<std::string> gradients;  ///< what the backward function computes, if anything
  std::string keep;                    ///< what it reads of the forward pass; empty: x
};

/// Declares what defineCFunctions defines, with what it computes, needs and promises. Valid C11 and
/// C++11 for every name that a program can have.
std::string cHeader(const dsl::Program &program, dsl::DefinitionIndex entry,
                    const HeaderOptions &options);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_CHEADER_H
