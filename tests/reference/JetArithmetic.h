// Truncated Taylor series of Arb balls as numbers of the reference interpreter: value and
// derivatives. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Derivatives follow the interpreter's walk, operation by operation, and so know nothing of the
// compiler's symbolic derivative, which they check.
//
// At corners: abs'(0) = 0; min, max and clamp at a tie take the derivative of their first operand,
// as a clamp lets the gradient through on its borders; sign, step, floor, ceil and round have
// derivative 0 everywhere; `if` takes the derivative of the branch that holds.
#pragma once

#include "dsl/Interpreter.h"
#include "tests/reference/BallArithmetic.h"
#include "tests/reference/SmoothFunctions.h"

#include <array>

namespace xphi::reference {

/// An upper bound on a magnitude, 30 bits with any exponent.
class Magnitude {
public:
  Magnitude() { mag_init(bound); }
  Magnitude(const ArbBall &ball) : Magnitude() { arb_get_mag(bound, ball.get()); }
  Magnitude(const Magnitude &other) : Magnitude() { mag_set(bound, other.bound); }
  Magnitude(Magnitude &&other) noexcept : Magnitude() { mag_swap(bound, other.bound); }
  Magnitude &operator=(const Magnitude &other) {
    mag_set(bound, other.bound);
    return *this;
  }
  Magnitude &operator=(Magnitude &&other) noexcept {
    mag_swap(bound, other.bound);
    return *this;
  }
  ~Magnitude() { mag_clear(bound); }

  /// Clamped to [2^-1000, 2^1000] unless zero.
  double toDouble() const;

  friend Magnitude operator*(const Magnitude &a, const Magnitude &b);
  friend Magnitude larger(const Magnitude &a, const Magnitude &b);

private:
  mag_t bound;
};

/// f, f', f'' at a point, and how large the terms are that f' and f'' are sums of: of a'b + ab' the
/// larger magnitude, whatever cancels between them.
struct ArbJet {
  std::array<ArbBall, 3> derivatives;
  std::array<Magnitude, 3> largestTerm; ///< [0] stays zero

  static ArbJet constant(ArbBall value);
  /// The quantity that derivatives are taken with respect to.
  static ArbJet variable(ArbBall value);

  bool isConstant() const { return derivatives[1].isExactZero() && derivatives[2].isExactZero(); }
};

class JetArithmetic {
public:
  using Real = ArbJet;

  /// `order`: the highest derivative wanted, 0 to 2.
  explicit JetArithmetic(int order) : highest(order) {}

  Real decimal(std::string_view text) { return ArbJet::constant(balls.decimal(text)); }
  Real pi() { return ArbJet::constant(balls.pi()); }
  Real e() { return ArbJet::constant(balls.e()); }
  Real infinity() { return ArbJet::constant(balls.infinity()); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b) {
    return balls.compare(primitive, a.derivatives[0], b.derivatives[0]);
  }

  bool undecided() const { return balls.undecided(); }

private:
  Real negate(const Real &a) const;
  Real add(const Real &a, const Real &b) const;
  Real multiply(const Real &a, const Real &b) const;
  Real divide(const Real &a, const Real &b) const;
  Real raise(const Real &a, const Real &b) const;
  Real hypotenuse(const Real &a, const Real &b);
  Real smooth(dsl::Primitive primitive, const Real &a) const;
  /// The chain rule.
  Real compose(const Derivatives &outer, const Real &inner) const;

  const Real &smaller(const Real &a, const Real &b);
  const Real &larger(const Real &a, const Real &b);

  BallArithmetic balls;
  int highest;
};

} // namespace xphi::reference
