// What a definition grows to once its calls are written out and its derivatives taken.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"
#include "dsl/DiagnosticList.h"

namespace xphi::dsl {

/// Reports the program's own definitions that pass a limit of size, depth or order of derivative:
/// what comes after the front end may walk and expand the others without counting.
void checkExpandedSize(const Program &program, bool bareExpression, DiagnosticList &diagnostics);

} // namespace xphi::dsl
