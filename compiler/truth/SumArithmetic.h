// Arb balls that remember the terms they are sums of, for the interpreter's own derivatives.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/JetArithmetic.h"

namespace xphi::reference {

/// A number, and the largest magnitude among the terms that it is a sum of.
struct Sum {
  ArbBall value;
  Magnitude largestTerm;

  Sum() = default;
  Sum(ArbBall ball) : value(std::move(ball)), largestTerm(value) {}

  static Sum constant(ArbBall ball) { return ball; }
};

/// Additions keep the terms of their operands, multiplications scale them; the result of any other
/// function is no sum.
class SumArithmetic {
public:
  using Real = Sum;

  Real decimal(std::string_view text) { return balls.decimal(text); }
  Real pi() { return balls.pi(); }
  Real e() { return balls.e(); }
  Real infinity() { return ArbBall::infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b) {
    return balls.compare(primitive, a.value, b.value);
  }
  double nearest(const Real &a) { return balls.nearest(a.value); }
  bool undecided() const { return balls.undecided(); }

private:
  BallArithmetic balls;
};

} // namespace xphi::reference
