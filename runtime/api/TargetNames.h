// Target names: which exist, which run here, what the short ones stand for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/load/CudaDriver.h"

#include <xphi/Target.hpp>

#include <string>
#include <string_view>

namespace xphi {

bool isCudaTarget(std::string_view target);

/// The full name of a target to run: "" is this processor's best, "cuda" device 0's. X2004 for a
/// name that does not exist, X2005 for one this processor cannot run, X2000 for a processor that
/// runs none.
Result<std::string> targetToRun(const std::string &wanted, LazyCudaDriver &driver);

/// The same for a product that is only looked at or taken elsewhere: any target, and for "" the one
/// that fits `kind`.
Result<std::string> targetToEmit(const std::string &wanted, std::string_view kind,
                                 LazyCudaDriver &driver);

} // namespace xphi
