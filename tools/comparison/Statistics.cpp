// Means, Student's t, Holm's correction.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "comparison/Statistics.h"

#include <algorithm>
#include <arb_fpwrap.h>
#include <cmath>
#include <numeric>

namespace xphi::comparison {

Mean meanOf(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  Mean mean;
  for (double value : values)
    mean.value += value / n;
  double squares = 0;
  for (double value : values)
    squares += (value - mean.value) * (value - mean.value);
  if (values.size() > 1)
    mean.error = std::sqrt(squares / (n - 1) / n);
  return mean;
}

double tTest(std::span<const double> values) {
  const Mean mean = meanOf(values);
  if (values.size() < 2 || mean.value == 0)
    return 1;
  const double freedom = static_cast<double>(values.size()) - 1, t = mean.value / mean.error;
  double p = 0;
  // P(|T| > t) is the regularised incomplete beta function of freedom / (freedom + t^2).
  if (mean.error > 0)
    arb_fpwrap_double_beta_lower(&p, freedom / 2, 0.5, freedom / (freedom + t * t), 1, 0);
  return p;
}

std::vector<double> holm(const std::vector<double> &p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> corrected(p.size());
  double least = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    least = std::max(least, p[order[rank]] * static_cast<double>(p.size() - rank));
    corrected[order[rank]] = std::min(1.0, least);
  }
  return corrected;
}

} // namespace xphi::comparison
