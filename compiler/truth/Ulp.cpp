// Errors measured in doubles: the enclosure carries the bits that matter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Ulp.h"

#include <algorithm>
#include <limits>

namespace xphi::reference {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double overflowsFrom = 0x1p128 - 0x1p103;
constexpr double smallestNormal = 0x1p-126;

/// The magnitude with its binade right: high alone may have been rounded up to the next power of
/// two.
double magnitude(const Enclosure &truth) {
  const double high = std::fabs(truth.high);
  const double low = std::copysign(truth.low, truth.low * truth.high);
  return low < 0 ? std::nextafter(high, 0.0) : high;
}

} // namespace

ResultClass classOf(const Enclosure &truth) {
  const double size = magnitude(truth);
  if (truth.isNaN() || size >= overflowsFrom)
    return ResultClass::Special;
  return size > 0 && size < smallestNormal ? ResultClass::Subnormal : ResultClass::Regular;
}

double ulpOf(double number) {
  const double size = std::fabs(number);
  if (size < smallestNormal)
    return 0x1p-149;
  return std::ldexp(1.0, std::min(std::ilogb(size), 127) - 23);
}

double ulpError(float result, const Enclosure &truth, double atLeast) {
  if (truth.isNaN() || std::isnan(result))
    return truth.isNaN() && std::isnan(result) ? 0 : infinity;
  if (truth.isInfinite())
    return result == truth.high ? 0 : infinity;
  double given = result;
  if (std::isinf(result)) {
    if (result * truth.high > 0 && magnitude(truth) >= overflowsFrom)
      return 0;
    given = std::copysign(0x1p128, result);
  }
  const double difference = std::fabs((given - truth.high) - truth.low) + truth.radius;
  return difference / ulpOf(std::max(magnitude(truth), atLeast));
}

} // namespace xphi::reference
