// The C header of functions compiled ahead of time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_CHEADER_H
#define XPHI_COMPILER_CODEGEN_CHEADER_H

#include "abi/KernelSpec.h"
#include "dsl/Ast.h"

#include <string>

namespace xphi::compiler {

/// Declares what defineCFunctions defines, with what it computes, needs and promises. Valid C11 and
/// C++11 for every name that a program can have.
/// `function` is what their names begin with: "gelu_f32".
std::string cHeader(const dsl::Program &program, dsl::DefinitionIndex entry, const KernelSpec &spec,
                    const std::string &function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_CHEADER_H
