// Arb balls as numbers of the reference interpreter: values only.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A choice between overlapping balls (a comparison, a rounding to an integer) goes by the midpoints
// and is noted: what follows from it proves nothing, and the caller evaluates again with more bits.
// So is one by what may be a number and may be none; what is outside a domain for certain is
// ArbBall::noNumber(), and a comparison with it is decided.
#pragma once

#include "compiler/truth/ArbBall.h"
#include "dsl/Interpreter.h"

namespace xphi::reference {

/// Whether the function asked has no value at any point of these operands.
bool isOutsideDomain(dsl::Primitive primitive, std::span<const ArbBall> operands);

/// Whether the result is chosen by the order of numbers, which none has with what is no number.
bool goesByOrder(dsl::Primitive primitive);

class BallArithmetic {
public:
  using Real = ArbBall;

  Real decimal(std::string_view text) { return ArbBall::fromDecimal(text); }
  Real pi() { return ArbBall::pi(); }
  Real e() { return ArbBall::e(); }
  Real infinity() { return ArbBall::infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);
  double nearest(const Real &a) { return a.nearest(); }

  /// What there is instead of `result` where that is NaN: noNumber() if for certain, else what
  /// proves nothing.
  static ArbBall noNumberFor(dsl::Primitive primitive, std::span<const ArbBall> operands);

  /// -1, 0 or 1 as a is below, equal to or above b.
  int order(const ArbBall &a, const ArbBall &b);
  bool undecided() const { return overlapped; }

private:
  Real applyToNumbers(dsl::Primitive primitive, std::span<const Real> operands);
  Real toInteger(dsl::Primitive rounding, const Real &x);

  bool overlapped = false;
};

} // namespace xphi::reference
