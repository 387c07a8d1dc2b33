// The C header of functions compiled ahead of time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_CHEADER_H
#define XPHI_COMPILER_CODEGEN_CHEADER_H

#include "abi/KernelSpec.h"
#include "dsl/Ast.h"

#include <string>
#include <vector>

namespace xphi::compiler {

/// One of the functions that an object exports.
struct CFunction {
  struct Argument {
    std::string type, name; ///< "const float *", "in_x"
  };

  std::string name, comment; ///< "gelu_f32_backward"; what it writes
  std::vector<Argument> arguments;

  std::string declaration() const;
};

/// What defineCFunctions defines. `function` is what their names begin with: "gelu_f32".
std::vector<CFunction> cFunctions(const dsl::Program &program, dsl::DefinitionIndex entry,
                                  const KernelSpec &spec, const std::string &function);

/// What they are, in the lines of a comment, each with " *" in front: definition and variables.
std::string aboutC(const dsl::Program &program, dsl::DefinitionIndex entry, const KernelSpec &spec,
                   const std::string &function);

/// The functions as JSON, for a header of many functions: {"about": the lines of a comment,
/// "functions": [{"name": ..., "comment": ..., "arguments": [[type, name], ...]}]}.
std::string cDeclarations(const dsl::Program &program, dsl::DefinitionIndex entry,
                          const KernelSpec &spec, const std::string &function);

/// Declares them, with what they compute, need and promise. Valid C99 and C++11 for every name that
/// a program can have.
std::string cHeader(const dsl::Program &program, dsl::DefinitionIndex entry, const KernelSpec &spec,
                    const std::string &function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_CHEADER_H
