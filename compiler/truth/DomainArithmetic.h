// Whether a function is asked for a number outside its domain, or no bits tell whether it is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sigmoid is below 1 even where a ball of 768 bits holds 1, and its arcosh is no number there. So
// beside each ball stands what is certain by form: its sign, and on which side of 1 its magnitude
// is. Where neither bits nor form say it, as of the root of a difference that all bits have
// cancelled, or where numbers end, that is noted: nothing that follows is known to be no number.
#pragma once

#include "compiler/truth/BallArithmetic.h"

#include <optional>

namespace xphi::reference {

struct BoundedBall {
  ArbBall ball;
  bool positive = false, negative = false; ///< neither: zero, or unknown
  bool within = false, beyond = false;     ///< of magnitudes: strictly below, above 1

  BoundedBall() = default;
  BoundedBall(ArbBall ball);
  BoundedBall(double value) : BoundedBall(ArbBall(value)) {}
};

class DomainArithmetic {
public:
  using Real = BoundedBall;

  Real decimal(std::string_view text) { return balls.decimal(text); }
  Real pi() { return balls.pi(); }
  Real e() { return balls.e(); }
  Real infinity() { return balls.infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b) {
    return balls.compare(primitive, a.ball, b.ball);
  }
  double nearest(const Real &a) { return balls.nearest(a.ball); }

  /// Whether some operation has no finite result though its operands may allow one.
  bool outOfBits = false;

private:
  BallArithmetic balls;
};

} // namespace xphi::reference
