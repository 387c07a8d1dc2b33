// Balls and jets in which every operation may have erred as an operation of doubles errs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each result is widened by 2^-44 of itself, of a derivative's largest term where that is larger,
// and near zero by 2^-240, so that what a kernel computes in doubles lies in it whatever the order
// of operations, cancellation included. Operations that round nowhere (negation, choices,
// arithmetic on short binary fractions with a short result, functions where they vanish) stay
// exact, or no comparison at a corner would ever be decided.
#pragma once

#include "tests/reference/JetArithmetic.h"

namespace xphi::property {

using reference::ArbBall;
using reference::ArbJet;
using reference::Magnitude;

/// What makes a point prove nothing, beside answers that are not finite.
struct Obstacles {
  bool undecided = false; ///< a choice between overlapping balls, or by what is no number
  bool beyond = false;    ///< a number above 2^240, or a sine of one above 2^130
};

class InflatedJets {
public:
  using Real = ArbJet;

  Real decimal(std::string_view text);
  Real pi();
  Real e();
  Real infinity();
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);
  Obstacles obstacles() const { return {jets.undecided() || ofNoNumber, beyond}; }

private:
  reference::JetArithmetic jets{1};
  bool beyond = false, ofNoNumber = false;
};

/// A number, and the largest magnitude among the terms that it is a sum of.
struct Sum {
  ArbBall value;
  Magnitude largestTerm;

  Sum() = default;
  Sum(ArbBall ball) : value(std::move(ball)), largestTerm(value) {}
};

/// For the interpreter's own derivatives, which know of `grad` and `kink`.
class InflatedSums {
public:
  using Real = Sum;

  Real decimal(std::string_view text);
  Real pi();
  Real e();
  Real infinity();
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);
  Obstacles obstacles() const { return {balls.undecided() || ofNoNumber, beyond}; }

private:
  reference::BallArithmetic balls;
  bool beyond = false, ofNoNumber = false;
};

} // namespace xphi::property
