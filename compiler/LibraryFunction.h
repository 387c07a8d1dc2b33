// Functions of the library are known by what they say.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LIBRARYFUNCTION_H
#define XPHI_COMPILER_LIBRARYFUNCTION_H

#include "dsl/Ast.h"

namespace xphi::compiler {

/// Whether this is a function of the library, whatever it is called.
bool isLibraryFunction(const dsl::Program &program, dsl::DefinitionIndex entry);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LIBRARYFUNCTION_H
