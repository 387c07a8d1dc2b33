// What the files of the C interface share: handles, and errors as the caller frees them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Kernel.hpp>
#include <xphi/xphi.h>

namespace xphi {

/// Null for a null handle.
const Kernel *kernelOf(const xphi_kernel *handle) noexcept;

/// X2017: `what` is null.
Status nullHandle(const char *what);

/// Null where all is well. No exception leaves it, nor `call`, which returns a Status.
xphi_error *toHandle(Status (*call)(void *context), void *context) noexcept;

template <typename Call> xphi_error *toHandle(const Call &call) noexcept {
  return toHandle([](void *context) { return (*static_cast<const Call *>(context))(); },
                  const_cast<Call *>(&call));
}

} // namespace xphi
