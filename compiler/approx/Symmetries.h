// The identities that a function seems to have, by which one half of it gives the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/TaylorModel.h"

#include <vector>

namespace xphi::compiler {

struct Symmetries {
  std::vector<Fit::Form> forms;
  double sum = 0; ///< f(x) + f(−x), of Reflect
};
/// The forms whose identity holds at some points. It is proved where a table is made.
Symmetries symmetriesOf(const SmoothFunction &f);

} // namespace xphi::compiler
