// 2^(j/32) for j from 0 to 31, as pairs of doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

namespace xphi::compiler {

struct FractionalPowers {
  static constexpr unsigned count = 32, columns = 2;

  /// Of each a double and what it lacks.
  static const std::vector<double> &rows();
};

} // namespace xphi::compiler
