// Sums of floats and doubles in double precision, in an order that only the numbers' positions
// decide.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Additions are never regrouped or contracted, so every machine gets the same bits.
#pragma once

#include <array>
#include <cstddef>

namespace xphi {

/// A running sum of one sequence, spread over lanes so that additions do not wait for each other.
struct LaneSum {
  static constexpr std::size_t lanes = 16;
  alignas(64) std::array<double, lanes> sums; ///< to be cleared first

  void clear() { sums.fill(0); }
  /// Number i goes to lane i % 16: cutting n at multiples of 16 changes nothing.
  void add(const float *values, std::size_t n);
  void add(const double *values, std::size_t n);
  double total() const;
};

/// sums[i] += values[i].
void addColumns(double *sums, const float *values, std::size_t n);
void addColumns(double *sums, const double *values, std::size_t n);

/// The sum of count numbers `stride` apart, halves first; overwrites them.
double joinTree(double *numbers, std::size_t count, std::size_t stride = 1);

} // namespace xphi
