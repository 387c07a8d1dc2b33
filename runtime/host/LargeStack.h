// Room for deep recursion on threads that have little.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

namespace xphi {

/// Bytes below the caller's frame that are left of this thread's stack; 0 on a stack that the
/// thread library does not know, as of a coroutine.
std::size_t stackLeft();

/// Runs work(context), which must not throw: here if `needed` bytes of stack are left, else on a
/// thread made for it. False if there is none to be had.
bool withLargeStack(std::size_t needed, void (*work)(void *context), void *context) noexcept;

/// The same for something to call.
template <typename Work> bool withLargeStack(std::size_t needed, const Work &work) noexcept {
  return withLargeStack(
      needed, [](void *context) { (*static_cast<const Work *>(context))(); },
      const_cast<Work *>(&work));
}

} // namespace xphi
