// Numbers with tangents, over any kind of number: what the interpreter differentiates with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A number of level k is a value and a tangent of lower levels, so that the tangent of a tangent is
// a second derivative. Each level belongs to one variable of one `diff`. What does not depend on it
// has no tangent at all rather than a zero one: no infinite slope can turn that into a NaN.
//
// sign(u) and the slope of abs(u) jump where u passes through zero, and a number knows half the
// height of its jump. In the chain rule's product of a slope that jumps and a tangent that jumps,
// the mean of both sides is more than the product of the means: sign(x) log(1 + abs(x)) has the
// slope 1 at 0.
#pragma once

#include "dsl/DerivativeRules.h"
#include "dsl/Primitive.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace xphi::dsl {

template <class Real> class Dual {
public:
  Dual(Real real) : base(std::move(real)) {}
  Dual(uint32_t level, Dual value, Dual tangent)
      : base(value.base), ownLevel(level),
        parts(std::make_shared<const std::pair<Dual, Dual>>(std::move(value), std::move(tangent))) {
  }

  /// The value without any tangent.
  const Real &real() const { return base; }
  /// 0 for a number without tangents.
  uint32_t level() const { return ownLevel; }
  /// Half of how far it jumps here, of a number without tangents; none: not at all.
  const std::optional<Real> &jump() const { return halfJump; }
  Dual jumpingBy(std::optional<Real> half) const {
    Dual result = *this;
    result.halfJump = std::move(half);
    return result;
  }
  /// The number as the levels below this one see it.
  const Dual &below(uint32_t level) const { return ownLevel == level ? parts->first : *this; }
  /// None if the number does not depend on the variable of this level.
  std::optional<Dual> tangent(uint32_t level) const {
    return ownLevel == level ? std::optional<Dual>(parts->second) : std::nullopt;
  }

private:
  Real base;
  std::optional<Real> halfJump;
  uint32_t ownLevel = 0;
  std::shared_ptr<const std::pair<Dual, Dual>> parts; ///< null at level 0
};

/// The highest level among these numbers.
template <class Real> uint32_t highestLevel(std::span<const Dual<Real>> numbers) {
  uint32_t level = 0;
  for (const Dual<Real> &number : numbers)
    level = std::max(level, number.level());
  return level;
}

/// The arithmetic A, with tangents.
template <class A> class DualArithmetic {
public:
  using Real = Dual<typename A::Real>;
  using Tangent = std::optional<Real>;

  explicit DualArithmetic(A &reals) : reals(reals) {}

  Real decimal(std::string_view text) { return reals.decimal(text); }
  Real pi() { return reals.pi(); }
  Real e() { return reals.e(); }
  Real infinity() { return reals.infinity(); }
  bool compare(Primitive primitive, const Real &a, const Real &b) {
    return reals.compare(primitive, a.real(), b.real());
  }
  double nearest(const Real &a) { return reals.nearest(a.real()); }

  Real apply(Primitive primitive, std::span<const Real> operands);
  Real apply(Primitive primitive, std::initializer_list<Real> operands) {
    return apply(primitive, std::span<const Real>(operands.begin(), operands.size()));
  }

  /// a + b, where none is zero.
  Tangent add(Tangent a, const Tangent &b) {
    return !a ? b : !b ? a : apply(Primitive::Add, {*a, *b});
  }
  /// The chain rule's term; none if one factor is.
  Tangent multiply(const Tangent &slope, const Tangent &tangent) {
    if (!slope || !tangent)
      return std::nullopt;
    const bool isInner = std::exchange(takesMean, true);
    Tangent product = apply(Primitive::Mul, {*slope, *tangent});
    if (!isInner && anyJumps)
      if (Tangent a = jumpOf(*slope), b = jumpOf(*tangent); a && b)
        product = add(std::move(product), apply(Primitive::Mul, {*a, *b}));
    takesMean = isInner;
    return product;
  }

private:
  using Base = typename A::Real;
  using Jump = std::optional<Base>;

  Base base(Primitive primitive, std::initializer_list<Base> operands) {
    return reals.apply(primitive, std::span<const Base>(operands.begin(), operands.size()));
  }
  bool isZero(const Real &number) {
    return reals.compare(Primitive::Eq, number.real(), reals.decimal("0"));
  }
  /// Of sign(u), and of the slope of abs(u), where u passes through zero with this tangent.
  Real jumping(const Real &sign, const Real &tangent) {
    anyJumps = true;
    return sign.jumpingBy(base(Primitive::Sign, {tangent.real()}));
  }
  Jump jumpOfResult(Primitive primitive, std::span<const Real> operands);
  /// The jumps of a number and of its tangents, as a number.
  Tangent jumpOf(const Real &number) {
    if (number.level() == 0)
      return number.jump() ? Tangent(*number.jump()) : std::nullopt;
    Tangent value = jumpOf(number.below(number.level())),
            tangent = jumpOf(*number.tangent(number.level()));
    if (!tangent)
      return value;
    return Real(number.level(), value ? std::move(*value) : Real(reals.decimal("0")),
                std::move(*tangent));
  }

  A &reals;
  bool anyJumps = false;
  bool takesMean = false; ///< a product is being made up of means and jumps
};

/// Sums and products jump; through other functions a jump is lost.
template <class A>
auto DualArithmetic<A>::jumpOfResult(Primitive primitive, std::span<const Real> operands) -> Jump {
  auto plus = [this](Jump a, const Jump &b) {
    return !a ? b : !b ? a : Jump(base(Primitive::Add, {*a, *b}));
  };
  auto times = [this](const Jump &jump, const Real &factor) {
    return jump ? Jump(base(Primitive::Mul, {*jump, factor.real()})) : std::nullopt;
  };
  auto minus = [this](const Jump &jump) {
    return jump ? Jump(base(Primitive::Neg, {*jump})) : std::nullopt;
  };
  switch (primitive) {
  case Primitive::Neg:
    return minus(operands[0].jump());
  case Primitive::Add:
    return plus(operands[0].jump(), operands[1].jump());
  case Primitive::Sub:
    return plus(operands[0].jump(), minus(operands[1].jump()));
  case Primitive::Mul:
    return plus(times(operands[0].jump(), operands[1]), times(operands[1].jump(), operands[0]));
  case Primitive::Div:
    if (operands[0].jump() && !operands[1].jump())
      return base(Primitive::Div, {*operands[0].jump(), operands[1].real()});
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

template <class A>
auto DualArithmetic<A>::apply(Primitive primitive, std::span<const Real> operands) -> Real {
  uint32_t level = highestLevel(operands);
  if (level == 0) {
    std::vector<typename A::Real> values;
    for (const Real &operand : operands)
      values.push_back(operand.real());
    Real result(reals.apply(primitive, std::span<const typename A::Real>(values)));
    return anyJumps ? result.jumpingBy(jumpOfResult(primitive, operands)) : result;
  }
  std::vector<Real> values;
  for (const Real &operand : operands)
    values.push_back(operand.below(level));
  Tangent tangent;
  DerivativeRules rules(*this, std::span<const Real>(values));
  for (uint32_t i = 0; i < operands.size(); ++i)
    if (Tangent inner = operands[i].tangent(level)) {
      Tangent slope = rules.slope(primitive, i);
      if (primitive == Primitive::Abs && isZero(values[i]))
        slope = jumping(*slope, *inner);
      tangent = add(tangent, multiply(slope, inner));
    }
  Real value = apply(primitive, std::span<const Real>(values));
  if (primitive == Primitive::Sign && isZero(values[0]))
    if (Tangent inner = operands[0].tangent(level))
      value = jumping(value, *inner);
  return tangent ? Real(level, std::move(value), std::move(*tangent)) : value;
}

} // namespace xphi::dsl
