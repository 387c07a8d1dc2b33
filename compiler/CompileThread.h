// A compile on a thread of its own, so that it depends on nothing of the caller's, and for some
// steps on a second one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_COMPILETHREAD_H
#define XPHI_COMPILER_COMPILETHREAD_H

#include "Budget.h"
#include "Pipeline.h"
#include "approx/FitSearches.h"

#include <mutex>

#include "llvm/ADT/STLFunctionalExtras.h"

namespace xphi::compiler {

/// Does the work with a stack that its recursions fit into, no signal, the C locale and the default
/// floating-point environment, whatever the caller has. X1009 when the budget is used up, X2099
/// when memory is; the next compile works. Allocates, so it may throw std::bad_alloc.
Compiled onOwnThread(const Limits &limits, llvm::function_ref<Compiled()> work);

/// Of a compile on its own thread: does both, `beside` on a second thread that is there for this
/// alone, with all that the first one has and the same budget; after `here` where a core is not to
/// be had, or a thread. Both have come to an end when this returns, or throws what the first of
/// them threw. Not called by what is done beside.
void atOnce(llvm::function_ref<void()> here, llvm::function_ref<void()> beside);

/// Of the two threads of a compile. Where one was stopped in its turn what they share is half done,
/// and the other stops as well.
class ThreadTurns final : public Turns {
public:
  void take() override;
  void give() override;

private:
  std::mutex mutex;
  bool isTaken = false;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_COMPILETHREAD_H
