// What the bits of an element stand for, and the nearest element to a number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ElementValues.h"

#include "ElementTypes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xphi {
namespace {

/// An IEEE 754 interchange format.
struct Format {
  explicit Format(ElementType type)
      : fraction(fractionBits(type)), exponent(int(8 * sizeOf(type)) - 1 - fraction),
        bias((1 << (exponent - 1)) - 1) {}

  const int fraction, exponent, bias; ///< bits, bits, of the exponent

  int leastExponent() const { return 1 - bias; }
  std::uint32_t infinity() const { return ((1u << exponent) - 1) << fraction; }
  std::uint32_t sign() const { return 1u << (fraction + exponent); }
};

} // namespace

double valueOf(std::uint32_t bits, ElementType type) {
  const Format format(type);
  const std::uint32_t size = bits & (format.sign() - 1);
  double value;
  if (size > format.infinity()) {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (size == format.infinity()) {
    value = std::numeric_limits<double>::infinity();
  } else {
    const std::uint32_t leading = 1u << format.fraction;
    const int biased = int(size >> format.fraction);
    const std::uint32_t significand = (size & (leading - 1)) | (biased ? leading : 0);
    value = std::ldexp(double(significand), std::max(biased, 1) - format.bias - format.fraction);
  }
  return bits & format.sign() ? -value : value;
}

double ulpOf(double value, ElementType type) {
  const Format format(type);
  const int exponent = value == 0
                           ? format.leastExponent()
                           : std::clamp(std::isfinite(value) ? std::ilogb(value) : format.bias,
                                        format.leastExponent(), format.bias);
  return std::ldexp(1.0, exponent - format.fraction);
}

std::uint32_t nearestElement(double value, ElementType type) {
  const Format format(type);
  const std::uint32_t sign = std::signbit(value) ? format.sign() : 0;
  if (std::isnan(value))
    return sign | format.infinity() | 1u << (format.fraction - 1);
  const double size = std::fabs(value), quantum = ulpOf(size, type);
  if (size >= std::ldexp(1.0, format.bias + 1))
    return sign | format.infinity();
  // Counted in quanta: below 2^53, so the whole part and the rest are exact.
  const double count = size / quantum, whole = std::floor(count), rest = count - whole;
  auto rounded = std::uint64_t(whole);
  rounded += rest > 0.5 || (rest == 0.5 && rounded % 2 == 1);
  // A carry out of the significand goes into the exponent, as it should.
  const int steps = std::ilogb(quantum) - (format.leastExponent() - format.fraction);
  return sign | std::uint32_t((std::uint64_t(steps) << format.fraction) + rounded);
}

} // namespace xphi
