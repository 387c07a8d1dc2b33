// Whether a difference is larger than the noise.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <span>
#include <vector>

namespace xphi::comparison {

struct Mean {
  double value = 0;
  double error = 0; ///< its standard error, with n - 1 in the variance; 0 for fewer than two values
};
Mean meanOf(std::span<const double> values);

/// The two-sided p-value of Student's t-test that the mean of the values is 0: of differences, the
/// paired test. 1 for fewer than two values, and where all are 0; 0 where all are the same
/// otherwise.
double tTest(std::span<const double> values);

/// p-values that take account of how many there are (Holm, 1979), in their order.
std::vector<double> holm(const std::vector<double> &p);

} // namespace xphi::comparison
