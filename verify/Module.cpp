// The module that the command opens for `xphi verify`, built with it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "verify/Verification.h"

extern "C" __attribute__((visibility("default"))) void
xphi_verify(const xphi::verify::Request &request,
            std::optional<xphi::Result<xphi::verify::Report>> &result) {
  result.emplace(xphi::verify::verify(request));
}
