// Jets and sums in which every operation may have erred as an operation of doubles errs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each result is widened by 2^-44 of itself, of a derivative's largest term where that is larger,
// and near zero by 2^-240, so that what a kernel computes in doubles lies in it whatever the order
// of operations, cancellation included. Operations that round nowhere (negation, choices,
// arithmetic on short binary fractions with a short result, functions where they vanish) stay
// exact, or no comparison at a corner would ever be decided.
#pragma once

#include "compiler/truth/JetArithmetic.h"
#include "compiler/truth/SumArithmetic.h"

namespace xphi::reference {

/// What makes a point prove nothing, beside answers that are not finite.
struct Obstacles {
  bool undecided = false; ///< a choice between overlapping balls, or by what is no number
  bool beyond = false;    ///< a number above 2^240, or a sine of one above 2^130
};

/// Over jets, or over sums: `Exact` computes what is then widened.
template <class Exact> class Inflated {
public:
  using Real = typename Exact::Real;

  explicit Inflated(Exact exact = Exact()) : exact(std::move(exact)) {}

  Real decimal(std::string_view text) { return constant(ArbBall::fromDecimal(text)); }
  Real pi() { return constant(ArbBall::pi()); }
  Real e() { return constant(ArbBall::e()); }
  Real infinity() { return exact.infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);
  double nearest(const Real &a) { return exact.nearest(a); }
  Obstacles obstacles() const { return {exact.undecided() || ofNoNumber, beyond}; }

private:
  Real constant(ArbBall value);

  Exact exact;
  bool beyond = false, ofNoNumber = false;
};

extern template class Inflated<JetArithmetic>;
extern template class Inflated<SumArithmetic>;

} // namespace xphi::reference
