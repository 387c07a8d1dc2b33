// Comparisons by what is no number, and by what may be one for all that is known.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/InflatedArithmetic.h"
#include "compiler/truth/KernelTruth.h"
#include "compiler/truth/SumArithmetic.h"

#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

using namespace xphi::reference;
using xphi::dsl::Primitive;

namespace {

/// A function, and an end of its domain with the direction in which it is left.
struct End {
  Primitive primitive;
  const char *name;
  double at;
  int out;
};

const End ends[] = {
    {Primitive::Sqrt, "sqrt", 0, -1},        {Primitive::Rsqrt, "rsqrt", 0, -1},
    {Primitive::Log, "log", 0, -1},          {Primitive::Log2, "log2", 0, -1},
    {Primitive::Log10, "log10", 0, -1},      {Primitive::Log1p, "log1p", -1, -1},
    {Primitive::Acosh, "acosh", 1, -1},      {Primitive::Atanh, "atanh", 1, 1},
    {Primitive::Atanh, "atanh", -1, -1},     {Primitive::Asin, "asin", 1, 1},
    {Primitive::Asin, "asin", -1, -1},       {Primitive::Acos, "acos", 1, 1},
    {Primitive::Acos, "acos", -1, -1},       {Primitive::Logit, "logit", 1, 1},
    {Primitive::Log1mexp, "log1mexp", 0, 1},
};

/// What may follow before the comparison. Each keeps what is no number.
const Primitive followers[] = {Primitive::Neg,  Primitive::Exp,      Primitive::Abs,
                               Primitive::Sign, Primitive::Floor,    Primitive::Sqrt,
                               Primitive::Tanh, Primitive::Softplus, Primitive::Step};

bool isUndecided(const BallArithmetic &a) { return a.undecided(); }
bool isUndecided(const JetArithmetic &a) { return a.undecided(); }
bool isUndecided(const SumArithmetic &a) { return a.undecided(); }
template <class Exact> bool isUndecided(const Inflated<Exact> &a) {
  return a.obstacles().undecided;
}

ArbBall real(const ArbBall &ball, const ArbBall *) { return ball; }
Sum real(const ArbBall &ball, const Sum *) { return ball; }
ArbJet real(const ArbBall &ball, const ArbJet *) { return ArbJet::variable(ball); }

/// Whether a comparison of the function at `x` with 0.5 is left open, each time with something else
/// in between.
template <class A> void expectUndecided(const A &fresh, const End &end, const ArbBall &x, bool is) {
  using Real = typename A::Real;
  const Real operand = real(x, static_cast<Real *>(nullptr)),
             half = real(0.5, static_cast<Real *>(nullptr));
  for (const Primitive follower : followers)
    for (const bool isMax : {false, true}) {
      A arithmetic = fresh;
      Real value = arithmetic.apply(end.primitive, std::span(&operand, 1));
      value = arithmetic.apply(follower, std::span(&value, 1));
      if (isMax) {
        const std::array both = {value, half};
        value = arithmetic.apply(Primitive::Max, both);
      }
      const bool unequal = arithmetic.compare(Primitive::Ne, value, half),
                 less = arithmetic.compare(Primitive::Lt, value, half);
      EXPECT_EQ(isUndecided(arithmetic), is) << end.name << " around " << end.at;
      if (!is) {
        EXPECT_TRUE(unequal) << end.name;
        EXPECT_FALSE(less) << end.name;
      }
    }
}

TEST(Undecided, AreComparisonsWithWhatMayBeOutsideTheDomain) {
  ArbPrecision precision(96);
  for (const End &end : ends) {
    ArbBall x = ArbBall(end.at);
    arb_add_error_2exp_si(x.get(), -40);
    expectUndecided(BallArithmetic(), end, x, true);
    expectUndecided(SumArithmetic(), end, x, true);
    for (const int order : {0, 1, 2})
      expectUndecided(JetArithmetic(order), end, x, true);
    expectUndecided(Inflated<SumArithmetic>(), end, x, true);
    expectUndecided(Inflated<JetArithmetic>(JetArithmetic(1)), end, x, true);
  }
}

TEST(Undecided, AreNoComparisonsWithWhatIsOutsideForCertain) {
  ArbPrecision precision(96);
  for (const End &end : ends) {
    ArbBall x = ArbBall(end.at) + ArbBall(0.25 * end.out);
    arb_add_error_2exp_si(x.get(), -40);
    expectUndecided(BallArithmetic(), end, x, false);
    expectUndecided(SumArithmetic(), end, x, false);
    for (const int order : {0, 1, 2})
      expectUndecided(JetArithmetic(order), end, x, false);
  }
}

template <class A> void expectNoNumberToStay(const A &fresh) {
  using Real = typename A::Real;
  A arithmetic = fresh;
  const Real minusOne = real(-1.0, static_cast<Real *>(nullptr)),
             two = real(2.0, static_cast<Real *>(nullptr)),
             none = arithmetic.apply(Primitive::Log, std::span(&minusOne, 1));
  for (const xphi::dsl::PrimitiveInfo &info : xphi::dsl::primitives()) {
    if (info.result != xphi::dsl::Type::Number || info.operands != xphi::dsl::Type::Number)
      continue;
    for (unsigned at = 0; at < info.arity; ++at) {
      std::vector<Real> operands(info.arity, two);
      operands[at] = none;
      const Real result = arithmetic.apply(info.primitive, operands);
      EXPECT_FALSE(result.value.isFinite()) << info.spelling << ", operand " << at;
      arithmetic.compare(Primitive::Lt, result, two);
      if (info.primitive != Primitive::Pow) // x^0 is a number
        EXPECT_FALSE(isUndecided(arithmetic)) << info.spelling << ", operand " << at;
      arithmetic = fresh;
    }
  }
}

TEST(Undecided, NoFunctionMakesANumberOfNone) {
  for (const int order : {0, 1, 2})
    expectNoNumberToStay(JetArithmetic(order));
  expectNoNumberToStay(SumArithmetic());
}

TEST(Undecided, IsNoDerivativeOfWhatIsNoNumber) {
  const ArbJet x = ArbJet::variable(-1.0);
  for (const Primitive chooser : {Primitive::Abs, Primitive::Max, Primitive::Min}) {
    JetArithmetic arithmetic(2);
    const std::array operands = {arithmetic.apply(Primitive::Sqrt, std::span(&x, 1)), x};
    const ArbJet chosen =
        arithmetic.apply(chooser, std::span(operands).first(chooser == Primitive::Abs ? 1 : 2));
    for (int k = 0; k <= 2; ++k)
      EXPECT_FALSE(chosen.derivative(k).isFinite()) << k;
  }
}

/// At so large a number 96 bits say of a cosine only that it is between -1 and 1. The functions are
/// inside their domains.
TEST(Undecided, ComparisonsAreDecidedWithMoreBits) {
  for (const char *f :
       {"sqrt(1 - cos(x))", "1 / sqrt(1 - cos(x))", "log(1 - cos(x))", "log2(1 - cos(x))",
        "log10(1 - cos(x))", "log1p(-cos(x))", "acosh(2 - cos(x))", "asin(cos(x))", "acos(cos(x))",
        "atanh(cos(x))", "logit(cos(x)^2)", "log1mexp(-1 - cos(x))", "(1 - cos(x))^0.3",
        "1 / cos(x)", "tan(x)", "sqrt(sqrt(1 - cos(x)))", "max(sqrt(1 - cos(x)), 0.5)"})
    for (const char *comparison : {" < 1e30", " > -1e30", " != 1e30"}) {
      const std::string text = std::string("if ") + f + comparison + " then x else 2 * x";
      const xphi::dsl::ParseResult parsed = xphi::dsl::analyse({"<test>", text});
      ASSERT_TRUE(parsed) << parsed.render();
      KernelTruth truth(parsed.program, parsed.program->entry(), {}, {0});
      for (const float x : {0x1.ddbdd2p+104f, -0x1.8p+120f, 0x1.4p+127f}) {
        const std::vector<Expected> both = truth.at({{x}}, {});
        EXPECT_TRUE(both[0].known) << text << " at " << x;
        EXPECT_EQ(both[0].truth.high, double(x)) << text << " at " << x;
        EXPECT_EQ(both[1].truth.high, 1) << text << " at " << x;
      }
    }
}

} // namespace
