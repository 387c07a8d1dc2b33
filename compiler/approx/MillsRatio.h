// Φ(−t)·exp(t²/2), which is Mills' ratio over √(2π), as Taylor's series about the middles of cells.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

namespace xphi::compiler {

struct MillsRatio {
  static constexpr double cell = 0x1p-3, end = 39; ///< Φ(−39) is less than 2^-1100
  /// So many coefficients are two doubles, and all to the twelfth, what lies behind is 2^-67.
  static constexpr unsigned pairs = 3, degree = 12, columns = degree + 1 + pairs;

  /// Of each cell from 0 on its coefficients, lowest power first.
  static const std::vector<double> &rows();
};

} // namespace xphi::compiler
