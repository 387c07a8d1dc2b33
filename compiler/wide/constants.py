#!/usr/bin/env python3
# Computes the constants of wide numbers with integers and writes Constants.h.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Usage: constants.py > Constants.h"""

from math import factorial, isqrt

BITS = 2200  # of all intermediate fractions
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
    """Four words, the most significant first."""
    words = [f"0x{mantissa >> shift & (1 << 64) - 1:016x}" for shift in (192, 128, 64, 0)]
    return "mantissa(" + ", ".join(words) + ")"


def wide(name, value, bits=256, comment=""):
    negative = value < 0
    mantissa, exponent = rounded(abs(value), bits)
    if comment:
        print(f"// {comment}")
    print(f"inline constexpr Wide {name} = {{")
    print(f"    {literal(mantissa << 256 - bits)},")
    print(f"    {exponent}, Finite, {int(negative)}, {{}}}};")
    return ((mantissa << exponent + BITS - bits) * (-1 if negative else 1)) if bits < 256 else None


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

constexpr Mantissa mantissa(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  return Mantissa(a) << 192 | Mantissa(b) << 128 | Mantissa(c) << 64 | d;
}
"""
)
wide("log2OfE", ONE * ONE // LOG2)
wide("logOf2", LOG2)
high = wide("logOf2High", LOG2, 192, "192 bits, so that its products with integers below 2^63 are exact.")
wide("logOf2Low", LOG2 - high)
wide("halfPi", PI // 2)
wide("twoOverRootPi", isqrt(4 * ONE**3 // PI))
wide("inverseRootOf2Pi", isqrt(ONE**3 // (2 * PI)))

print("\n// 1/k! and 1/(2k + 1), in units of 2^-255.", end="")
table("inverseFactorials", [nearest(1 << 255, factorial(k)) for k in range(58)])
print("\ninline constexpr unsigned oddReciprocalCount = 64;", end="")
table("oddReciprocals", [nearest(1 << 255, 2 * k + 1) for k in range(64)])

fraction = (2 * ONE * ONE // PI) >> (BITS - 24 * 64)
words = [0] * 5 + [fraction >> 64 * (23 - i) & (1 << 64) - 1 for i in range(24)]
print("\n// 2/pi = 0.…: after 320 zeros, 1536 bits, the most significant word first.")
print(f"inline constexpr uint64_t twoOverPi[{len(words)}] = {{")
for i in range(0, len(words), 4):
    print("    " + " ".join(f"0x{word:016x}," for word in words[i : i + 4]))
print("};\n\n} // namespace xphi::wide")
