// Sums at infinity itself, where everything on the way is continuous.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers that stand for infinity end where an exponential of one ends, and what they are compared
// with may be larger than the nearer ones. Infinity is larger than all: exp(inf) is inf, its
// logarithm, too, and that is above x^5. Where no operation is asked for inf - inf or 0 * inf, and
// none jumps at its operands, what comes out is the limit.
#pragma once

#include "compiler/truth/SumArithmetic.h"

namespace xphi::reference {

class ContinuousArithmetic {
public:
  using Real = Sum;

  Real decimal(std::string_view text) { return sums.decimal(text); }
  Real pi() { return sums.pi(); }
  Real e() { return sums.e(); }
  Real infinity() { return sums.infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);
  double nearest(const Real &a) { return sums.nearest(a); }

  /// Whether some operation jumps where it was asked, or ends there, or may.
  bool jumps() const { return hasJumped || sums.undecided(); }

private:
  SumArithmetic sums;
  bool hasJumped = false;
};

} // namespace xphi::reference
