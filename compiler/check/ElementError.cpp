// How far an element is from the truth, in its own ulps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/ElementError.h"

#include "abi/ElementValues.h"
#include "compiler/truth/Ulp.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xphi::compiler {

/// Of these only the sign is known.
static bool isClamped(const reference::Enclosure &truth) {
  const double size = std::fabs(truth.high);
  return size == 0x1p-1000 || size == 0x1p1000;
}

double promisedUlps(ElementType type, std::size_t inputs) {
  if (sizeOf(type) >= sizeof(float))
    return 4;
  return inputs == 1 ? 0.5 : 0.5 + 0x1p-8;
}

double elementError(double got, const reference::Enclosure &truth, double largestTerm,
                    ElementType type) {
  if (type == ElementType::F32)
    return reference::ulpError(float(got), truth, largestTerm);
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (type == ElementType::F64 && isClamped(truth))
    return std::signbit(got) == std::signbit(truth.high) ? 0 : infinite;
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

} // namespace xphi::compiler
