// x^b in f32, by a logarithm that is a pair of floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With a = m·2^k, m in [√½, √2), f = m − 1 and s = f/(2 + f), log a = k·ln 2 + 2s + s³P(s²). Of
// that k·ln2High is exact, 2s lacks what the quotient lost, which an fma and the slope tell, and
// s³P is at most a hundredth of 2s: its three roundings are what the pair errs by.
#include "lowering/Power.h"

#include "approx/Coefficients.h"
#include "dialect/Constants.h"
#include "lowering/Elementary.h"
#include "lowering/Exponential.h"
#include "lowering/FittedFunction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler {
namespace {

constexpr double mostMultiplied = 64; // as power() of Elementary.cpp
using Limits = std::numeric_limits<float>;

/// 2^-k for k in [-126, 126].
Number inversePower(const Numbers &n, Value k) {
  auto ints = [&](auto op, Value a, Value b) {
    return decltype(op)::create(n.builder, n.location, a, b).getResult();
  };
  Value exponent = ints(arith::SubIOp(), n.bitsConstant(127), k);
  return n.make<arith::BitcastOp>(ints(arith::ShLIOp(), exponent, n.bitsConstant(23)));
}

/// Of a normal number.
NumberPair log(Number a, std::optional<Number> lacking) {
  const Numbers &n = *a.numbers;
  const auto [m, exponent] = partsOfF32(a);
  const Number k = smallInteger(n, exponent);
  Number f = m - 1.0, sum = 1.0 + m, lost = f - (sum - 2.0), s = f / sum;
  Number rest = fma(-s, lost, fma(-s, sum, f)), square = s * s, less = 1.0 - s;
  if (lacking) // of f and of the sum
    rest = fma(*lacking * inversePower(n, exponent), less, rest);
  Number twice = 2.0 * s, cubed = square * polynomial(logF32, square); // over s
  Number slope = square + less;                                        // 1/(1 + s)
  Number ofLn2 = n.constant(ln2HighF32), high = fma(k, ofLn2, twice);
  Number low = fma(k, ofLn2, -high) + twice;
  low = low + fma(s, cubed, fma(k, n.constant(ln2LowF32), rest * slope));
  Number whole = high + low;
  return {whole, low - (whole - high)};
}

} // namespace

// Small powers are products, and a square root is one operation: f64 is faster there.
bool hasFormInF32(PowOp power) {
  const std::optional<double> exponent = constantValue(power.getRhs());
  if (!exponent)
    return isPair(power.getRhs());
  const double size = std::fabs(*exponent);
  return size != 0.5 && !(size <= mostMultiplied && size == std::floor(size));
}

Parity parityOf(Number integral, bool isShifted) {
  const Numbers &n = *integral.numbers;
  Number half = 0.5 * integral;
  Mask isInteger = n.make<math::FloorOp>(integral.value) == integral;
  Mask isEven = n.make<math::FloorOp>(half.value) == half;
  return {isInteger, isInteger & (isShifted ? isEven : ~isEven)};
}

Number withSignOfPower(Number magnitude, Number base, const Parity &parity) {
  Number none = base.numbers->constant(std::numeric_limits<double>::quiet_NaN());
  Number even = select((base < 0.0) & ~parity.isInteger, none, magnitude);
  return select(parity.isOdd, copysign(magnitude, base), even); // −0 too
}

PowerResult powerInF32(const FewFloats &base, const FewFloats &exponent,
                       const std::optional<Parity> &parity) {
  const Numbers &n = *base.high.numbers;
  constexpr double leastOfPairs = 0x1p-100, mostOfPairs = 0x1p100;
  Number a = abs(base.high);
  Mask isZero = a == 0.0;
  a = select(isZero, n.constant(1), a);
  const NumberPair ofBase =
      log(a, base.low ? std::optional(withSignOf(base.high, *base.low)) : std::nullopt);
  Number high = exponent.high * ofBase.high, low = fma(exponent.high, ofBase.high, -high);
  low = fma(exponent.high, ofBase.low, low);
  if (exponent.low)
    low = fma(*exponent.low, ofBase.high, low);
  Number magnitude = select(isZero, n.constant(0), exp(NumberPair{high, low}));
  const double least = base.low ? leastOfPairs : Limits::min(),
               most = base.low ? mostOfPairs : Limits::max();
  Mask outside = ~((n.constant(least) <= a) & (a <= n.constant(most)) &
                   (abs(high) <= n.constant(PowerInF32::domain)));
  outside = outside | (isZero & ~(exponent.high > 0.0));
  if (base.low)
    outside = outside | ~(abs(exponent.high) <= n.constant(PowerInF32::mostOfPairs));
  if (parity)
    return {withSignOfPower(magnitude, base.high, *parity), outside};
  return {magnitude, outside | (copysign(n.constant(1), base.high) < 0.0)};
}

} // namespace xphi::compiler
