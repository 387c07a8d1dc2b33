// How far an element is from the truth, in its own ulps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/ElementError.h"

#include "abi/ElementValues.h"
#include "compiler/truth/Ulp.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xphi::compiler {

/// Of these only the sign is known, and that they are no nearer to one.
static bool isClamped(const reference::Enclosure &truth) {
  const double size = std::fabs(truth.high);
  return size == 0x1p-1000 || size == 0x1p1000;
}

/// Of elements that are to be the nearest, f32 too.
static double nearestError(double got, const reference::Enclosure &truth, ElementType type) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (type == ElementType::F64 && isClamped(truth)) {
    const bool isSmall = std::fabs(truth.high) < 1,
               hasSign = std::signbit(got) == std::signbit(truth.high);
    const bool isRight = isSmall ? got == 0 || (hasSign && std::fabs(got) <= 0x1p-1000)
                                 : hasSign && std::fabs(got) >= 0x1p1000;
    return isRight ? 0 : infinite;
  }
  if (truth.isNaN() && isInteger(type))
    return got == 0 ? 0 : infinite;
  if (truth.isNaN() || std::isnan(got))
    return truth.isNaN() && std::isnan(got) ? 0 : infinite;
  const double nearest = valueOf(nearestElement(truth.high, type), type);
  if (saturates(type) && got == nearest && !(std::fabs(truth.high) <= std::fabs(nearest)))
    return 0;
  // The head of the truth may lie on a tie that the truth misses.
  const double ulp = ulpOf(truth.high, type);
  const double error = std::fabs((double(got) - truth.high) - truth.low) / ulp;
  if (got == nearest)
    return std::isinf(got) ? 0 : std::min(error, truth.low == 0 ? 0.5 : error);
  if (std::isinf(got) || std::isinf(nearest))
    return std::isinf(got) && std::isinf(nearest) ? infinite : std::max(error, 1.0);
  return error;
}

/// Of an f32, as a part of the largest of the truth and `atLeast`.
static double relativeError(float got, const reference::Enclosure &truth, double atLeast) {
  const double least = std::max(std::fabs(truth.high), atLeast),
               ulps = reference::ulpError(got, truth, least);
  return ulps == 0 || std::isinf(ulps) ? ulps : ulps * (reference::ulpOf(least) / least);
}

double elementError(double got, const reference::Enclosure &truth, double largestTerm,
                    ElementType type) {
  return type == ElementType::F32 ? reference::ulpError(float(got), truth, largestTerm)
                                  : nearestError(got, truth, type);
}

Certificate::Unit ErrorScale::unit(ElementType type, bool isDerivative) const {
  using enum Certificate::Unit;
  if (isRelative())
    return Relative;
  return isDerivative && type == ElementType::F32 && !isExact(type) ? Terms : Ulp;
}

double ErrorScale::most(ElementType type) const {
  return isRelative() ? 0x1p-24 * promise.ulps : promisedUlps(spec, type);
}

double ErrorScale::errorOf(double got, const reference::Enclosure &truth, double largestTerm,
                           ElementType type) const {
  if (isRelative())
    return relativeError(float(got), truth, std::max(largestTerm, promise.least));
  return isExact(type) ? nearestError(got, truth, type)
                       : elementError(got, truth, largestTerm, type);
}

} // namespace xphi::compiler
