// The forms that a function seems to have.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/TaylorModel.h"

#include <vector>

namespace xphi::compiler {

struct Symmetries {
  std::vector<Fit::Form> forms; ///< the best one first
  double sum = 0;               ///< of Reflect
};

/// Those whose identity holds at some points. It is proved where a table is made.
Symmetries symmetriesOf(const SmoothFunction &f);

} // namespace xphi::compiler
