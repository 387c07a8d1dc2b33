// Whether an infinite input meets a zero, or another infinity, that does not come from it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// x exp(-x) has a limit, and a kernel gives it. x y at (inf, 0) has none: it is 0 on one way there
// and infinite on the next. Arithmetic says 0·inf, no number, and so may a kernel. A power of a
// negative number is a number for whole exponents only, of either sign by turns: where it grows
// with them it has no limit, whatever it is at powers of two.
#pragma once

#include "compiler/truth/BallArithmetic.h"

#include <cstdint>

namespace xphi::reference {

struct Meeting {
  ArbBall value;
  std::uint64_t of = 0; ///< which infinite inputs it depends on

  Meeting() = default;
  Meeting(ArbBall value, std::uint64_t of = 0) : value(std::move(value)), of(of) {}

  static Meeting constant(ArbBall value) { return value; }
};

/// At infinity itself.
class MeetingArithmetic {
public:
  using Real = Meeting;

  Real decimal(std::string_view text) { return balls.decimal(text); }
  Real pi() { return balls.pi(); }
  Real e() { return balls.e(); }
  Real infinity() { return balls.infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b) {
    return balls.compare(primitive, a.value, b.value);
  }
  double nearest(const Real &a) { return balls.nearest(a.value); }

  bool met() const { return hasMet; }
  /// Whether a power has no limit.
  bool alternates() const { return hasAlternated; }

private:
  BallArithmetic balls;
  bool hasMet = false, hasAlternated = false;
};

} // namespace xphi::reference
