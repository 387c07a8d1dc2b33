// The partial derivatives of the primitives, written in the primitives.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In corners: abs'(0) = 0; min and max split a tie, half of either operand's derivative; clamp at a
// bound takes the bound's; sign, step, floor, ceil and round have derivative zero everywhere.
// Powers follow PyTorch: x^0 is flat, and so is 0^y for y >= 0. Sources: Abramowitz & Stegun ch. 4
// and 7.
#pragma once

#include "dsl/Primitive.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace xphi::dsl {

/// N is an arithmetic with one more member, apply(Primitive, {operands...}).
template <class N> class DerivativeRules {
public:
  using Real = typename N::Real;
  using Slope = std::optional<Real>; ///< none is zero

  DerivativeRules(N &numbers, std::span<const Real> operands)
      : numbers(numbers), operands(operands) {}

  /// The derivative in one operand.
  Slope slope(Primitive primitive, uint32_t position) {
    const Real &x = operands[0];
    switch (primitive) {
    case Primitive::Neg:
      return c("-1");
    case Primitive::Add:
      return c("1");
    case Primitive::Sub:
      return c(position == 0 ? "1" : "-1");
    case Primitive::Mul:
      return operands[1 - position];
    case Primitive::Div:
      if (position == 0)
        return div(c("1"), operands[1]);
      return neg(div(div(x, operands[1]), operands[1]));
    case Primitive::Pow:
      return position == 0 ? powerInBase() : powerInExponent();
    case Primitive::Abs:
      return make(Primitive::Sign, x);
    case Primitive::Min:
      return extreme(position, Primitive::Lt);
    case Primitive::Max:
      return extreme(position, Primitive::Gt);
    case Primitive::Clamp:
      return clamp(position);
    case Primitive::Hypot:
      return div(operands[position], make(Primitive::Hypot, x, operands[1]));
    case Primitive::Sign:
    case Primitive::Step:
    case Primitive::Floor:
    case Primitive::Ceil:
    case Primitive::Round:
      return std::nullopt;
    default:
      return ofSmooth(primitive, x);
    }
  }

private:
  template <class... R> Real make(Primitive primitive, const R &...all) {
    return numbers.apply(primitive, {all...});
  }
  Real c(std::string_view text) {
    return text[0] == '-' ? neg(numbers.decimal(text.substr(1))) : numbers.decimal(text);
  }
  Real neg(const Real &a) { return make(Primitive::Neg, a); }
  Real add(const Real &a, const Real &b) { return make(Primitive::Add, a, b); }
  Real sub(const Real &a, const Real &b) { return make(Primitive::Sub, a, b); }
  Real mul(const Real &a, const Real &b) { return make(Primitive::Mul, a, b); }
  Real div(const Real &a, const Real &b) { return make(Primitive::Div, a, b); }
  Real square(const Real &a) { return mul(a, a); }
  bool holds(Primitive comparison, const Real &a, const Real &b) {
    return numbers.compare(comparison, a, b);
  }
  Slope chosen(bool yes) { return yes ? Slope(c("1")) : std::nullopt; }

  Slope extreme(uint32_t position, Primitive wins) {
    if (holds(Primitive::Eq, operands[0], operands[1]))
      return c("0.5");
    return chosen((position == 0) == holds(wins, operands[0], operands[1]));
  }

  Slope clamp(uint32_t position) {
    bool aboveLow = holds(Primitive::Gt, operands[0], operands[1]);
    Real raised = make(Primitive::Max, operands[0], operands[1]);
    bool belowHigh = holds(Primitive::Lt, raised, operands[2]);
    return position == 2 ? chosen(!belowHigh) : chosen(belowHigh && (position == 0) == aboveLow);
  }

  Slope powerInBase() {
    const Real &x = operands[0], &y = operands[1];
    if (y.level() == 0 && holds(Primitive::Eq, y, c("0")))
      return std::nullopt;
    return mul(y, make(Primitive::Pow, x, sub(y, c("1"))));
  }

  Slope powerInExponent() {
    const Real &x = operands[0], &y = operands[1];
    if (holds(Primitive::Eq, x, c("0")) && holds(Primitive::Ge, y, c("0")))
      return std::nullopt;
    return mul(make(Primitive::Pow, x, y), make(Primitive::Log, x));
  }

  /// sigma(x) sigma(-x): no cancellation, no overflow, and closed under differentiation.
  Real logisticDensity(const Real &x) {
    return mul(make(Primitive::Sigmoid, x), make(Primitive::Sigmoid, neg(x)));
  }

  /// (1 - x)(1 + x), which does not cancel near 1 and -1, as 1 - x^2 does.
  Real oneMinusSquare(const Real &x) { return mul(sub(c("1"), x), add(c("1"), x)); }

  Real gaussian(const Real &x) {
    Real factor = div(c("2"), make(Primitive::Sqrt, Real(numbers.pi())));
    return mul(factor, make(Primitive::Exp, neg(square(x))));
  }

  Slope ofSmooth(Primitive primitive, const Real &x) {
    switch (primitive) {
    case Primitive::Sqrt:
      return div(c("0.5"), make(Primitive::Sqrt, x));
    case Primitive::Rsqrt:
      return neg(div(make(Primitive::Rsqrt, x), mul(c("2"), x)));
    case Primitive::Cbrt:
      return div(c("1"), mul(c("3"), square(make(Primitive::Cbrt, x))));
    case Primitive::Exp:
    case Primitive::Expm1:
      return make(Primitive::Exp, x);
    case Primitive::Exp2:
      return mul(make(Primitive::Log, c("2")), make(Primitive::Exp2, x));
    case Primitive::Log:
      return div(c("1"), x);
    case Primitive::Log2:
      return div(c("1"), mul(make(Primitive::Log, c("2")), x));
    case Primitive::Log1p:
      return div(c("1"), add(c("1"), x));
    case Primitive::Sinh:
      return make(Primitive::Cosh, x);
    case Primitive::Cosh:
      return make(Primitive::Sinh, x);
    case Primitive::Tanh:
      return mul(c("4"), logisticDensity(mul(c("2"), x)));
    case Primitive::Asinh:
      return div(c("1"), make(Primitive::Hypot, x, c("1")));
    case Primitive::Acosh:
      return make(Primitive::Rsqrt, mul(sub(x, c("1")), add(x, c("1"))));
    case Primitive::Atanh:
      return div(c("1"), oneMinusSquare(x));
    case Primitive::Erf:
      return gaussian(x);
    case Primitive::Erfc:
      return neg(gaussian(x));
    case Primitive::NormalCdf:
      return make(Primitive::NormalPdf, x);
    case Primitive::NormalPdf:
      return neg(mul(x, make(Primitive::NormalPdf, x)));
    case Primitive::Sigmoid:
      return logisticDensity(x);
    case Primitive::LogSigmoid:
      return make(Primitive::Sigmoid, neg(x));
    case Primitive::Softplus:
      return make(Primitive::Sigmoid, x);
    case Primitive::Sin:
      return make(Primitive::Cos, x);
    case Primitive::Cos:
      return neg(make(Primitive::Sin, x));
    case Primitive::Tan:
      return div(c("1"), square(make(Primitive::Cos, x)));
    case Primitive::Asin:
      return make(Primitive::Rsqrt, oneMinusSquare(x));
    case Primitive::Acos:
      return neg(make(Primitive::Rsqrt, oneMinusSquare(x)));
    case Primitive::Atan:
      return div(c("1"), add(square(x), c("1")));
    default:
      return std::nullopt; // conditions are not differentiated
    }
  }

  N &numbers;
  std::span<const Real> operands;
};

} // namespace xphi::dsl
