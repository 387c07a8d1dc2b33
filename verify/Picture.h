// Error against x.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "verify/Verification.h"

namespace xphi::verify {

/// Into Report::x and Report::error, of one input: of some elements in each column the largest.
Status draw(const Request &request, Report &report);

} // namespace xphi::verify
