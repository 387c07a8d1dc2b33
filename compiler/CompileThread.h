// A compile on a thread of its own, so that it depends on nothing of the caller's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_COMPILETHREAD_H
#define XPHI_COMPILER_COMPILETHREAD_H

#include "Budget.h"
#include "Pipeline.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace xphi::compiler {

/// Does the work with a stack that its recursions fit into, no signal, the C locale and the default
/// floating-point environment, whatever the caller has. X1009 when the budget is used up, X2099
/// when memory is; the next compile works. Allocates, so it may throw std::bad_alloc.
Compiled onOwnThread(const Limits &limits, llvm::function_ref<Compiled()> work);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_COMPILETHREAD_H
