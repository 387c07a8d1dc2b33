// What Arb spends on a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_COST_H
#define XPHI_COMPILER_CHECK_COST_H

#include "dsl/Ast.h"

#include <cstddef>

namespace xphi::compiler {

/// On its value, in additions.
std::size_t costOf(const dsl::Program &program, dsl::ExprId id);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_COST_H
