#!/usr/bin/env python3
# Computes the constants of wide numbers with integers and writes Constants.h.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Usage: constants.py > Constants.h"""

from math import factorial, isqrt, log2

WIDTH = 512  # of a mantissa
BITS = 6000  # of all intermediate fractions
FARTHEST = 4096  # the exponent of what trigonometry reduces: a double to the fourth power
ONE = 1 << BITS


def arctangentOfInverse(n, hyperbolic=False):
    """ONE times atan(1/n) or atanh(1/n), less at most a few hundred units."""
    power, k, total = ONE // n, 1, 0
    while power:
        total += power // k if hyperbolic or k % 4 == 1 else -(power // k)
        power //= n * n
        k += 2
    return total


PI = 4 * (4 * arctangentOfInverse(5) - arctangentOfInverse(239))  # Machin
LOG2 = 2 * arctangentOfInverse(3, hyperbolic=True)


def rounded(value, bits):
    """value/ONE as (mantissa of so many bits, exponent): mantissa/2^bits · 2^exponent."""
    exponent = value.bit_length() - BITS
    drop = value.bit_length() - bits
    mantissa = (value + (1 << (drop - 1))) >> drop
    assert mantissa.bit_length() == bits
    return mantissa, exponent


def literal(mantissa):
    """Its words, the most significant first."""
    shifts = range(WIDTH - 64, -1, -64)
    return "mantissa({" + ", ".join(f"0x{mantissa >> s & (1 << 64) - 1:016x}" for s in shifts) + "})"


def wide(name, value):
    mantissa, exponent = rounded(value, WIDTH)
    print(f"inline constexpr Wide {name} = {{")
    print(f"    {literal(mantissa)},")
    print(f"    {exponent}, Finite, 0, {{}}}};")


def table(name, values):
    print(f"\ninline constexpr Mantissa {name}[{len(values)}] = {{")
    for value in values:
        print(f"    {literal(value)},")
    print("};")


def nearest(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


print(
    """// Constants of wide numbers and the coefficients of their series; made by constants.py.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// clang-format off
#pragma once

#include "compiler/wide/Wide.h"

namespace xphi::wide {

struct Words {
  uint64_t words[mantissaWords];
};
constexpr Mantissa mantissa(const Words &words) {
  Mantissa result = 0;
  for (uint64_t word : words.words)
    result = result << 64 | word;
  return result;
}
"""
)
wide("log2OfE", ONE * ONE // LOG2)
both = (ONE * ONE // LOG2) >> (BITS - 2 * WIDTH + 1)
print("// 1/ln2 in units of 2^(1 - 2 mantissaBits), cut off, by halves.")
print(f"inline constexpr Mantissa log2OfEHigh = {literal(both >> WIDTH)};")
print(f"inline constexpr Mantissa log2OfELow = {literal(both & (1 << WIDTH) - 1)};")
wide("logOf2", LOG2)
wide("halfPi", PI // 2)
wide("twoOverRootPi", isqrt(4 * ONE**3 // PI))
wide("inverseRootOf2Pi", isqrt(ONE**3 // (2 * PI)))


def terms(bitsOfTerm):
    """How many terms leave less than 2^-(WIDTH + 10)."""
    k = 1
    while bitsOfTerm(k) < WIDTH + 10:
        k += 1
    return k


exponentialTerms = terms(lambda k: 1.5 * k + log2(factorial(k)))  # ln2/2 is less than 2^-1.5
trigonometricTerms = terms(lambda k: 0.69 * k + log2(factorial(2 * k)))  # (pi/4)^2 is less than 2^-0.69
hyperbolicTerms = terms(lambda k: 2 * k + log2(factorial(2 * k + 2)))  # of 1/2
oddReciprocalCount = terms(lambda k: 4 * k + log2(2 * k + 1))  # of 1/4
for name in ("exponentialTerms", "trigonometricTerms", "hyperbolicTerms", "oddReciprocalCount"):
    print(f"inline constexpr unsigned {name} = {globals()[name]};")
factorials = max(exponentialTerms + 1, 2 * trigonometricTerms, 2 * hyperbolicTerms + 2)
print("\n// 1/k! and 1/(2k + 1), in units of 2^(1 - mantissaBits).", end="")
table("inverseFactorials", [nearest(1 << WIDTH - 1, factorial(k)) for k in range(factorials)])
table("oddReciprocals", [nearest(1 << WIDTH - 1, 2 * k + 1) for k in range(oddReciprocalCount)])

# Of sum y^k/(1·3·5…(2k + 1)); so many terms leave less than 2^-WIDTH of the sum for y below 2^size.
def inverseOddFactorials(count):
    value, values = ONE, []
    for k in range(count):
        values.append(rounded(value, WIDTH))
        value //= 2 * k + 3
    return values


def lengthOfErrorSeries(size):
    term = total = 1 << 1200
    k = 0
    while term << WIDTH + 4 > total:
        k += 1
        term = (term << size if size > 0 else term >> -size) // (2 * k + 1)
        total += term
    return k


sizes = range(-20, 6)
lengths = [lengthOfErrorSeries(size) for size in sizes]
coefficients = inverseOddFactorials(max(lengths))
print("\n// 1/(1·3·5…(2k + 1)), by mantissa and exponent.", end="")
table("inverseOddFactorials", [mantissa for mantissa, _ in coefficients])
print(f"inline constexpr int16_t inverseOddFactorialExponents[{len(coefficients)}] = {{")
exponents = [exponent for _, exponent in coefficients]
for i in range(0, len(exponents), 16):
    print("    " + " ".join(f"{exponent}," for exponent in exponents[i : i + 16]))
print("};")
print(f"// Terms that sum y^k/(1·3·5…(2k + 1)) needs for y below 2^{sizes[0]}, 2^{sizes[1]}, …")
print(f"inline constexpr int leastSizeOfErrorSeries = {sizes[0]};")
print(f"inline constexpr uint16_t lengthsOfErrorSeries[{len(lengths)}] = {{")
for i in range(0, len(lengths), 16):
    print("    " + " ".join(f"{length}," for length in lengths[i : i + 16]))
print("};")

# The window of Trigonometry.cpp starts mantissaBits before the number's lowest bit and ends three
# mantissas after that.
zeros = WIDTH // 64 + 1
count = (FARTHEST + 2 * WIDTH) // 64 + 2
fraction = (2 * ONE * ONE // PI) >> (BITS - count * 64)
words = [0] * zeros + [fraction >> 64 * (count - 1 - i) & (1 << 64) - 1 for i in range(count)]
print(f"\n// 2/pi = 0.…: after so many zeros, {64 * count} bits, the most significant word first.")
print(f"inline constexpr int farthestAngle = {FARTHEST}; ///< the exponent")
print(f"inline constexpr unsigned twoOverPiZeros = {64 * zeros};")
print(f"inline constexpr uint64_t twoOverPi[{len(words)}] = {{")
for i in range(0, len(words), 4):
    print("    " + " ".join(f"0x{word:016x}," for word in words[i : i + 4]))
print("};\n\n} // namespace xphi::wide")
