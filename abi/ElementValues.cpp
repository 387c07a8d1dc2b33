// What the bits of an element stand for, and the nearest element to a number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ElementValues.h"

#include "ElementTypes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xphi {
namespace {

constexpr std::uint64_t one = 1;

/// Of a type of floating point.
struct Format {
  explicit Format(ElementType type)
      : fraction(fractionBits(type)), exponent(exponentBits(type)), bias(exponentBias(type)),
        hasInfinity(formatOf(type) != ElementFormat::NoInfinity) {}

  const int fraction, exponent, bias; ///< bits, bits, of the exponent
  const bool hasInfinity;

  int leastExponent() const { return 1 - bias; }
  int largestExponent() const { return bias + !hasInfinity; }
  std::uint64_t sign() const { return one << (fraction + exponent); }
  /// The largest number's bits are just below those that are none.
  std::uint64_t largest() const {
    return hasInfinity ? (((one << exponent) - 1) << fraction) - 1 : sign() - 2;
  }
  std::uint64_t infinity() const { return largest() + 1; }
  std::uint64_t quietNan() const {
    return hasInfinity ? infinity() | one << (fraction - 1) : sign() - 1;
  }
};

struct Range {
  double least, most;
};

Range rangeOf(ElementType integer) {
  const double most = std::ldexp(1.0, fractionBits(integer));
  return {fractionBits(integer) == int(8 * sizeOf(integer)) ? 0 : -most, most - 1};
}

/// To the nearest multiple of one, ties to even; of magnitudes below 2^53.
double nearestWhole(double size) {
  const double whole = std::floor(size), rest = size - whole;
  return whole + double(rest > 0.5 || (rest == 0.5 && std::fmod(whole, 2) == 1));
}

} // namespace

double valueOf(std::uint64_t bits, ElementType type) {
  if (isInteger(type)) {
    const double value = double(bits), most = rangeOf(type).most;
    return value <= most ? value : value - std::ldexp(1.0, int(8 * sizeOf(type)));
  }
  const Format format(type);
  const std::uint64_t size = bits & (format.sign() - 1);
  double value;
  if (size > format.largest()) {
    value = format.hasInfinity && size == format.infinity()
                ? std::numeric_limits<double>::infinity()
                : std::numeric_limits<double>::quiet_NaN();
  } else {
    const std::uint64_t leading = one << format.fraction;
    const int biased = int(size >> format.fraction);
    const std::uint64_t significand = (size & (leading - 1)) | (biased ? leading : 0);
    value = std::ldexp(double(significand), std::max(biased, 1) - format.bias - format.fraction);
  }
  return bits & format.sign() ? -value : value;
}

double largestElement(ElementType type) {
  return isInteger(type) ? rangeOf(type).most : valueOf(Format(type).largest(), type);
}

double ulpOf(double value, ElementType type) {
  if (isInteger(type))
    return 1;
  const Format format(type);
  const int exponent =
      value == 0 ? format.leastExponent()
                 : std::clamp(std::isfinite(value) ? std::ilogb(value) : format.largestExponent(),
                              format.leastExponent(), format.largestExponent());
  return std::ldexp(1.0, exponent - format.fraction);
}

std::uint64_t nearestElement(double value, ElementType type) {
  if (isInteger(type)) {
    const Range range = rangeOf(type);
    const double inside = std::isnan(value) ? 0 : std::clamp(value, range.least, range.most);
    const auto whole = std::int64_t(std::copysign(nearestWhole(std::fabs(inside)), inside));
    return std::uint64_t(whole) & ((one << 8 * sizeOf(type)) - 1);
  }
  const Format format(type);
  const std::uint64_t sign = std::signbit(value) ? format.sign() : 0;
  if (std::isnan(value))
    return sign | format.quietNan();
  const double size = std::fabs(value), quantum = ulpOf(size, type);
  if (saturates(type) && size >= largestElement(type))
    return sign | format.largest();
  if (size >= std::ldexp(1.0, format.largestExponent() + 1))
    return sign | format.infinity();
  // Counted in quanta: below 2^53, so the whole part and the rest are exact.
  const auto rounded = std::uint64_t(nearestWhole(size / quantum));
  // A carry out of the significand goes into the exponent, as it should.
  const int steps = std::ilogb(quantum) - (format.leastExponent() - format.fraction);
  return sign | ((std::uint64_t(steps) << format.fraction) + rounded);
}

} // namespace xphi
