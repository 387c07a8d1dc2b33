// What WebAssembly has no instructions for: fused multiply-adds, and integers of 128 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The compiler's build makes bitcode of this file, for WebAssembly; codegen/WasmLowering.cpp links
// it into the objects that need it. The results have the bits of an instruction.
#include <stdint.h>

namespace {

using Float4 = float __attribute__((vector_size(16)));
using Double4 = double __attribute__((vector_size(32)));
using Bits4 = int64_t __attribute__((vector_size(32)));

/// 128 bits.
struct Bits128 {
  uint64_t high, low;
};

Bits128 product(uint64_t a, uint64_t b) {
  const uint64_t half = 0xffffffff;
  const uint64_t low = (a & half) * (b & half), left = (a >> 32) * (b & half) + (low >> 32),
                 right = (a & half) * (b >> 32) + (left & half);
  return {(a >> 32) * (b >> 32) + (left >> 32) + (right >> 32), right << 32 | (low & half)};
}

/// By less than 128.
Bits128 shiftedLeft(Bits128 x, unsigned by) {
  if (by == 0)
    return x;
  return by < 64 ? Bits128{x.high << by | x.low >> (64 - by), x.low << by}
                 : Bits128{x.low << (by - 64), 0};
}

Bits128 shiftedRight(Bits128 x, unsigned by) {
  if (by == 0)
    return x;
  return by < 64 ? Bits128{x.high >> by, x.high << (64 - by) | x.low >> by}
                 : Bits128{0, x.high >> (by - 64)};
}

/// Where one bits go out, the last bit stays one.
Bits128 shiftedRightOdd(Bits128 x, unsigned by) {
  if (by > 127)
    return {0, uint64_t((x.high | x.low) != 0)};
  Bits128 result = shiftedRight(x, by);
  const Bits128 back = shiftedLeft(result, by);
  result.low |= uint64_t(back.high != x.high || back.low != x.low);
  return result;
}

Bits128 sum(Bits128 a, Bits128 b) {
  const uint64_t low = a.low + b.low;
  return {a.high + b.high + (low < a.low), low};
}

Bits128 negative(Bits128 x) { return sum({~x.high, ~x.low}, {0, 1}); }

/// mantissa · 2^exponent, of a finite number that is not zero; bit 52 is the first.
struct Parts {
  uint64_t mantissa;
  int exponent;
};

Parts partsOf(uint64_t bits) {
  uint64_t mantissa = bits & ((uint64_t(1) << 52) - 1);
  const int biased = int(bits >> 52 & 0x7ff);
  if (biased != 0)
    return {mantissa | uint64_t(1) << 52, biased - 1075};
  const int shift = __builtin_clzll(mantissa) - 11;
  return {mantissa << shift, -1074 - shift};
}

/// ±x · 2^exponent to the nearest, ties to even; x is not zero.
double rounded(bool isNegative, Bits128 x, int exponent) {
  const int first = x.high ? 127 - __builtin_clzll(x.high) : 63 - __builtin_clzll(x.low);
  const int top = first + exponent; // of the result's first bit
  const int kept = top >= -1022 ? 53 : 53 - (-1022 - top);
  const int dropped = first + 1 - kept;
  const uint64_t sign = uint64_t(isNegative) << 63;
  if (kept < 0)
    return __builtin_bit_cast(double, sign);
  uint64_t mantissa;
  if (dropped <= 0) {
    mantissa = shiftedLeft(x, unsigned(-dropped)).low;
  } else {
    // One more bit than is kept, and whether there is anything below it.
    const Bits128 cut = shiftedRight(x, unsigned(dropped - 1)),
                  back = shiftedLeft(cut, unsigned(dropped - 1));
    const bool below = back.high != x.high || back.low != x.low;
    mantissa = cut.low >> 1;
    mantissa += cut.low & 1 && (below || (mantissa & 1));
  }
  if (top < -1022)
    return __builtin_bit_cast(double, sign | mantissa);
  if (top > 1023)
    return __builtin_bit_cast(double, sign | uint64_t(0x7ff) << 52);
  // The mantissa's first bit adds one to the exponent.
  return __builtin_bit_cast(double, sign | ((uint64_t(top + 1022) << 52) + mantissa));
}

bool isFiniteAndNotZero(uint64_t bits) { return (bits >> 52 & 0x7ff) != 0x7ff && (bits << 1) != 0; }

} // namespace

extern "C" {

// A product of floats is a double. The sum, rounded to odd, has bits enough to be rounded again.
Float4 xphi_wasm_fma_f32x4(Float4 a, Float4 b, Float4 c) {
  const Double4 p = __builtin_convertvector(a, Double4) * __builtin_convertvector(b, Double4),
                z = __builtin_convertvector(c, Double4), s = p + z, back = s - p,
                lost = (p - (s - back)) + (z - back);
  const Bits4 bits = (Bits4)s;
  const Bits4 isLost = (lost < 0) | (lost > 0), isEven = (bits & 1) - 1;
  const Bits4 outward = ((Bits4)lost ^ bits) >> 63; // 0, or -1 where the truth is nearer to zero
  return __builtin_convertvector((Double4)(bits + (((outward << 1) + 1) & isLost & isEven)),
                                 Float4);
}

float xphi_wasm_fma_f32(float a, float b, float c) {
  return xphi_wasm_fma_f32x4(Float4{a}, Float4{b}, Float4{c})[0];
}

double xphi_wasm_fma_f64(double a, double b, double c) {
  const uint64_t x = __builtin_bit_cast(uint64_t, a), y = __builtin_bit_cast(uint64_t, b),
                 z = __builtin_bit_cast(uint64_t, c);
  if (!isFiniteAndNotZero(x) || !isFiniteAndNotZero(y))
    return a * b + c; // exact
  if (!isFiniteAndNotZero(z) && (z << 1) != 0)
    return c + 0; // infinite or NaN
  const Parts p = partsOf(x), q = partsOf(y);
  const bool isNegative = (x ^ y) >> 63;
  // The first bit is number 124 or 125, so there is room for a sum.
  Bits128 left = shiftedLeft(product(p.mantissa, q.mantissa), 20);
  int exponent = p.exponent + q.exponent - 20;
  if ((z << 1) == 0)
    return rounded(isNegative, left, exponent);
  const Parts r = partsOf(z);
  Bits128 right = shiftedLeft({0, r.mantissa}, 73);
  const int distance = exponent - (r.exponent - 73);
  if (distance >= 0) {
    right = shiftedRightOdd(right, unsigned(distance));
  } else {
    left = shiftedRightOdd(left, unsigned(-distance));
    exponent -= distance;
  }
  if (isNegative == bool(z >> 63))
    return rounded(isNegative, sum(left, right), exponent);
  const Bits128 difference = sum(left, negative(right));
  if (difference.high == 0 && difference.low == 0)
    return 0;
  return difference.high >> 63 ? rounded(!isNegative, negative(difference), exponent)
                               : rounded(isNegative, difference, exponent);
}

// The code generator calls these, as the C ABI has them: the result by reference, halves in order.
void xphi_wasm_multi3(uint64_t *result, uint64_t aLow, uint64_t aHigh, uint64_t bLow,
                      uint64_t bHigh) __asm__("__multi3");
void xphi_wasm_multi3(uint64_t *result, uint64_t aLow, uint64_t aHigh, uint64_t bLow,
                      uint64_t bHigh) {
  const Bits128 low = product(aLow, bLow);
  result[0] = low.low;
  result[1] = low.high + aHigh * bLow + aLow * bHigh;
}

void xphi_wasm_ashlti3(uint64_t *result, uint64_t low, uint64_t high,
                       uint32_t by) __asm__("__ashlti3");
void xphi_wasm_ashlti3(uint64_t *result, uint64_t low, uint64_t high, uint32_t by) {
  const Bits128 shifted = shiftedLeft({high, low}, by);
  result[0] = shifted.low;
  result[1] = shifted.high;
}

void xphi_wasm_lshrti3(uint64_t *result, uint64_t low, uint64_t high,
                       uint32_t by) __asm__("__lshrti3");
void xphi_wasm_lshrti3(uint64_t *result, uint64_t low, uint64_t high, uint32_t by) {
  const Bits128 shifted = shiftedRight({high, low}, by);
  result[0] = shifted.low;
  result[1] = shifted.high;
}

void xphi_wasm_ashrti3(uint64_t *result, uint64_t low, uint64_t high,
                       uint32_t by) __asm__("__ashrti3");
void xphi_wasm_ashrti3(uint64_t *result, uint64_t low, uint64_t high, uint32_t by) {
  const bool isNegative = high >> 63;
  const Bits128 x{isNegative ? ~high : high, isNegative ? ~low : low},
      shifted = shiftedRight(x, by);
  result[0] = isNegative ? ~shifted.low : shifted.low;
  result[1] = isNegative ? ~shifted.high : shifted.high;
}
}
