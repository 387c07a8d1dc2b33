// Arb balls as numbers of the reference interpreter: values only.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A choice between overlapping balls (a comparison, a rounding to an integer) goes by the midpoints
// and is noted: what follows from it proves nothing, and the caller evaluates again with more bits.
#pragma once

#include "dsl/Interpreter.h"
#include "compiler/truth/ArbBall.h"

namespace xphi::reference {

class BallArithmetic {
public:
  using Real = ArbBall;

  Real decimal(std::string_view text) { return ArbBall::fromDecimal(text); }
  Real pi() { return ArbBall::pi(); }
  Real e() { return ArbBall::e(); }
  Real infinity() { return ArbBall::infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);

  /// -1, 0 or 1 as a is below, equal to or above b.
  int order(const ArbBall &a, const ArbBall &b);
  bool undecided() const { return overlapped; }

private:
  Real toInteger(dsl::Primitive rounding, const Real &x);

  bool overlapped = false;
};

} // namespace xphi::reference
