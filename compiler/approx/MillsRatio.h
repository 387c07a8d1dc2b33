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

/// The same in floats, as segments of a table of one look-up in two registers of AVX-512.
struct MillsSegments {
  static constexpr unsigned count = 32, degree = 6;
  static constexpr float step = 0x1.a4p-2f;
  static constexpr double end = 12.9; ///< half a step before the last segment's

  /// By segment, which lies around a multiple of `step`.
  std::vector<float> centres;
  /// Of powers of t − centre, by power, then by segment.
  std::vector<float> coefficients;

  /// By Horner's rule in floats; ½ itself.
  float valueAtZero() const;

  static const MillsSegments &made();
};

} // namespace xphi::compiler
