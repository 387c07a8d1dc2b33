// Arb balls with their derivatives, as numbers of the reference interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Derivatives follow the interpreter's walk, operation by operation, and so know nothing of the
// compiler's symbolic derivative, which they check.
//
// At corners: abs'(0) = 0; min and max split a tie half and half; clamp at a bound takes the
// bound's derivative; sign, step, floor, ceil, round and trunc have derivative 0 everywhere; `if`
// takes the derivative of the branch that holds.
#pragma once

#include "compiler/truth/BallArithmetic.h"
#include "compiler/truth/SmoothFunctions.h"
#include "dsl/Interpreter.h"

#include <cstddef>
#include <vector>

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

/// A derivative, and how large the terms are that it is a sum of: of a'b + ab' the larger
/// magnitude, whatever cancels between them.
struct Partial {
  ArbBall value;
  Magnitude largestTerm;
};

/// A number that depends on some variables: its value, first and second partial derivatives.
struct ArbJet {
  ArbBall value;
  std::vector<Partial> first;  ///< one for each variable; none at all for a constant
  std::vector<Partial> second; ///< for each pair i <= j, row by row; none unless asked for

  static ArbJet constant(ArbBall value);
  /// The variable of this position among `count`.
  static ArbJet variable(ArbBall value, std::size_t position = 0, std::size_t count = 1);

  bool isConstant() const { return first.empty(); }
  /// Where the pair i <= j stands in `second`.
  static std::size_t pair(std::size_t i, std::size_t j, std::size_t count) {
    return i * count - i * (i + 1) / 2 + j;
  }
  /// The k-th derivative of a function of one variable; zero for those not asked for.
  const ArbBall &derivative(int k) const;
  const Magnitude &largestTerm(int k) const;
};

class JetArithmetic {
public:
  using Real = ArbJet;

  /// `order`: the highest derivatives wanted, 0 to 2. All variables are of one count.
  explicit JetArithmetic(int order) : order(order) {}

  Real decimal(std::string_view text) { return ArbJet::constant(balls.decimal(text)); }
  Real pi() { return ArbJet::constant(balls.pi()); }
  Real e() { return ArbJet::constant(balls.e()); }
  Real infinity() { return ArbJet::constant(balls.infinity()); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b) {
    return balls.compare(primitive, a.value, b.value);
  }
  double nearest(const Real &a) { return balls.nearest(a.value); }

  bool undecided() const { return balls.undecided(); }

private:
  Real applyToNumbers(dsl::Primitive primitive, std::span<const Real> operands);
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
  /// min or max, the latter with `sign` 1.
  Real extreme(const Real &a, const Real &b, int sign);

  BallArithmetic balls;
  int order;
};

} // namespace xphi::reference
