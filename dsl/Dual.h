// Numbers with tangents, over any kind of number: what the interpreter differentiates with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A number of level k is a value and a tangent of lower levels, so that the tangent of a tangent is
// a second derivative. Each level belongs to one variable of one `diff`. What does not depend on it
// has no tangent at all rather than a zero one: no infinite slope can turn that into a NaN.
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
  /// The number as the levels below this one see it.
  const Dual &below(uint32_t level) const { return ownLevel == level ? parts->first : *this; }
  /// None if the number does not depend on the variable of this level.
  std::optional<Dual> tangent(uint32_t level) const {
    return ownLevel == level ? std::optional<Dual>(parts->second) : std::nullopt;
  }

private:
  Real base;
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
    return slope && tangent ? Tangent(apply(Primitive::Mul, {*slope, *tangent})) : std::nullopt;
  }

private:
  A &reals;
};

template <class A>
auto DualArithmetic<A>::apply(Primitive primitive, std::span<const Real> operands) -> Real {
  uint32_t level = highestLevel(operands);
  if (level == 0) {
    std::vector<typename A::Real> values;
    for (const Real &operand : operands)
      values.push_back(operand.real());
    return reals.apply(primitive, std::span<const typename A::Real>(values));
  }
  std::vector<Real> values;
  for (const Real &operand : operands)
    values.push_back(operand.below(level));
  Tangent tangent;
  DerivativeRules rules(*this, std::span<const Real>(values));
  for (uint32_t i = 0; i < operands.size(); ++i)
    if (Tangent inner = operands[i].tangent(level))
      tangent = add(tangent, multiply(rules.slope(primitive, i), inner));
  Real value = apply(primitive, std::span<const Real>(values));
  return tangent ? Real(level, std::move(value), std::move(*tangent)) : value;
}

} // namespace xphi::dsl
