// Balls and jets against values from mpmath and against finite differences.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/JetArithmetic.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace xphi::reference;
using xphi::dsl::Primitive;

namespace {

struct KnownValue {
  Primitive primitive;
  const char *name;
  const char *x;
  std::array<const char *, 3> derivatives;
};

const std::vector<KnownValue> knownValues = {
#define XPHI_KNOWN(PRIMITIVE, X, VALUE, FIRST, SECOND)                                             \
  {Primitive::PRIMITIVE, #PRIMITIVE, X, {VALUE, FIRST, SECOND}},
#include "tests/reference/KnownValues.def"
#undef XPHI_KNOWN
};

/// Whether the two agree to so many bits of the expected one.
bool agrees(const ArbBall &actual, const ArbBall &expected, slong bits) {
  if (expected.isExactZero())
    return actual.isBelow(-bits);
  return ((actual - expected) / expected).isBelow(-bits);
}

TEST(SmoothFunctions, MatchMpmath) {
  ArbPrecision precision(512);
  for (const KnownValue &known : knownValues) {
    Derivatives actual = smoothFunction(known.primitive, ArbBall::fromDecimal(known.x), 2);
    for (int k = 0; k <= 2; ++k)
      EXPECT_TRUE(agrees(actual[k], ArbBall::fromDecimal(known.derivatives[k]), 128))
          << known.name << "(" << known.x << "), derivative " << k << ": " << actual[k].decimal(40)
          << ", not " << known.derivatives[k];
  }
}

TEST(SmoothFunctions, EncloseWhateverThePrecision) {
  for (const KnownValue &known : knownValues)
    for (slong bits : {24, 53, 96}) {
      ArbBall x, expected;
      {
        ArbPrecision exact(2000);
        x = ArbBall::fromDecimal(known.x);
        expected = smoothFunction(known.primitive, x, 0)[0];
      }
      ArbPrecision precision(bits);
      ArbBall actual = smoothFunction(known.primitive, x, 0)[0];
      EXPECT_TRUE(arb_contains(actual.get(), expected.get()))
          << known.name << "(" << known.x << ")";
    }
}

ArbJet apply(Primitive primitive, std::vector<ArbJet> operands, int order = 2) {
  JetArithmetic arithmetic(order);
  return arithmetic.apply(primitive, operands);
}

/// An expression that goes through every rule: sums, products, quotients, powers, compositions.
ArbJet everyRule(const ArbBall &at) {
  ArbJet x = ArbJet::variable(at);
  ArbJet constant = ArbJet::constant(ArbBall::fromDecimal("0.7"));
  ArbJet product = apply(Primitive::Mul, {x, apply(Primitive::NormalCdf, {x})});
  ArbJet quotient =
      apply(Primitive::Div, {apply(Primitive::Tanh, {x}),
                             apply(Primitive::Add, {constant, apply(Primitive::Exp, {x})})});
  ArbJet powers = apply(Primitive::Sub, {apply(Primitive::Pow, {x, ArbJet::constant(3.0)}),
                                         apply(Primitive::Pow, {constant, x})});
  ArbJet general = apply(Primitive::Pow, {apply(Primitive::Softplus, {x}), product});
  ArbJet leg = apply(Primitive::Hypot, {x, apply(Primitive::Sinh, {x})});
  ArbJet sum = apply(Primitive::Add, {product, apply(Primitive::Mul, {quotient, powers})});
  return apply(Primitive::Add,
               {sum, apply(Primitive::Mul, {general, apply(Primitive::Neg, {leg})})});
}

TEST(Jets, MatchCentralDifferences) {
  ArbPrecision precision(2000);
  const ArbBall step = ArbBall::powerOfTwo(-300);
  for (double at : {-2.25, -0.5, 0.125, 3.5}) {
    ArbJet jet = everyRule(at);
    ArbBall above = everyRule(ArbBall(at) + step).derivative(0);
    ArbBall below = everyRule(ArbBall(at) - step).derivative(0);
    ArbBall first = (above - below) / (step * 2.0);
    ArbBall second = (above - jet.derivative(0) * 2.0 + below) / (step * step);
    EXPECT_TRUE(agrees(jet.derivative(1), first, 500)) << "at " << at;
    EXPECT_TRUE(agrees(jet.derivative(2), second, 500)) << "at " << at;
  }
}

TEST(Jets, TheOrderOnlySavesWork) {
  ArbJet x = ArbJet::variable(ArbBall(0.3));
  ArbJet second = apply(Primitive::Mul, {x, apply(Primitive::Exp, {x}, 2)}, 2);
  ArbJet first = apply(Primitive::Mul, {x, apply(Primitive::Exp, {x}, 1)}, 1);
  EXPECT_TRUE(arb_equal(first.derivative(1).get(), second.derivative(1).get()));
  EXPECT_TRUE(first.derivative(2).isExactZero());
}

TEST(Jets, KeepTheLargestTermThatCancels) {
  // x * Phi(x) at -0.7517915: Phi(x) and x phi(x) are 0.2261 and cancel.
  ArbJet x = ArbJet::variable(ArbBall(-0.7517915));
  ArbJet gelu = apply(Primitive::Mul, {x, apply(Primitive::NormalCdf, {x})});
  EXPECT_TRUE(gelu.derivative(1).isBelow(-20));
  EXPECT_NEAR(gelu.largestTerm(1).toDouble(), 0.2261, 1e-4);
  // Scaling it scales the terms; adding a constant adds none.
  ArbJet scaled = apply(Primitive::Add, {apply(Primitive::Mul, {ArbJet::constant(8.0), gelu}),
                                         ArbJet::constant(100.0)});
  EXPECT_NEAR(scaled.largestTerm(1).toDouble(), 8 * 0.2261, 1e-3);
  // The chain rule passes it on: log1p(gelu)' = gelu' / (1 + gelu).
  ArbJet outer = apply(Primitive::Log1p, {gelu});
  EXPECT_NEAR(outer.largestTerm(1).toDouble(), 0.2261 / (1 - 0.16997), 1e-3);
}

double firstDerivative(const ArbJet &jet) { return jet.derivative(1).enclosure().high; }

TEST(Jets, CornersFollowTheDocumentedChoice) {
  ArbJet zero = ArbJet::variable(ArbBall(0.0));
  ArbJet six = ArbJet::variable(ArbBall(6.0));
  EXPECT_EQ(firstDerivative(apply(Primitive::Abs, {zero})), 0);
  EXPECT_EQ(firstDerivative(apply(Primitive::Max, {zero, ArbJet::constant(0.0)})), 0.5);
  EXPECT_EQ(firstDerivative(apply(Primitive::Max, {ArbJet::constant(0.0), zero})), 0.5);
  EXPECT_EQ(firstDerivative(apply(Primitive::Min, {six, ArbJet::constant(6.0)})), 0.5);
  EXPECT_EQ(
      firstDerivative(apply(Primitive::Clamp, {six, ArbJet::constant(0.0), ArbJet::constant(6.0)})),
      0);
  EXPECT_EQ(firstDerivative(apply(Primitive::Sign, {six})), 0);
  EXPECT_EQ(firstDerivative(apply(Primitive::Floor, {six})), 0);
}

TEST(Jets, AConstantUnderASingularFunctionHasNoDerivative) {
  ArbJet root = apply(Primitive::Sqrt, {ArbJet::constant(0.0)});
  EXPECT_TRUE(root.derivative(1).isExactZero());
  ArbJet square = apply(Primitive::Pow, {ArbJet::variable(ArbBall(0.0)), ArbJet::constant(2.0)});
  EXPECT_EQ(firstDerivative(square), 0);
  EXPECT_EQ(square.derivative(2).enclosure().high, 2);
}

TEST(Jets, AnExactQuotientStaysExact) {
  ArbJet one = apply(Primitive::Div, {ArbJet::variable(ArbBall(3.0)), ArbJet::constant(3.0)});
  EXPECT_TRUE(one.derivative(0).isExact());
  EXPECT_EQ(one.derivative(0).enclosure().high, 1);
}

TEST(Balls, OverlappingComparisonsAreNoted) {
  ArbPrecision precision(64);
  BallArithmetic arithmetic;
  EXPECT_TRUE(arithmetic.compare(Primitive::Lt, 1.0, 2.0));
  EXPECT_TRUE(arithmetic.compare(Primitive::Le, 2.0, 2.0));
  EXPECT_FALSE(arithmetic.undecided());
  arithmetic.compare(Primitive::Lt, ArbBall(1.0) / 3.0, ArbBall(1.0) / 3.0);
  EXPECT_TRUE(arithmetic.undecided());
}

TEST(Balls, RoundToIntegers) {
  BallArithmetic arithmetic;
  auto rounded = [&](Primitive primitive, double x) {
    const std::array operands = {ArbBall(x)};
    return arithmetic.apply(primitive, operands).enclosure().high;
  };
  EXPECT_EQ(rounded(Primitive::Floor, -1.5), -2);
  EXPECT_EQ(rounded(Primitive::Ceil, -1.5), -1);
  EXPECT_EQ(rounded(Primitive::Round, 2.5), 2);
  EXPECT_EQ(rounded(Primitive::Round, 3.5), 4);
  EXPECT_FALSE(arithmetic.undecided());
}

TEST(Balls, DecimalsAreExactWhereBinaryIs) {
  ArbPrecision precision(96);
  EXPECT_TRUE(ArbBall::fromDecimal("0.5").isExact());
  EXPECT_TRUE(ArbBall::fromDecimal("6").isExact());
  EXPECT_TRUE(ArbBall::fromDecimal("1.25e1").isExact());
  EXPECT_FALSE(ArbBall::fromDecimal("0.1").isExact());
}

TEST(Balls, EnclosuresKeepAboutAHundredBits) {
  ArbPrecision precision(200);
  ArbBall third = ArbBall(1.0) / 3.0;
  Enclosure enclosure = third.enclosure();
  EXPECT_EQ(enclosure.high, 1.0 / 3.0);
  EXPECT_LT(enclosure.radius, 0x1p-100);
  ArbBall rest = third - enclosure.high - enclosure.low;
  EXPECT_TRUE(rest.isBelow(-100));
  EXPECT_EQ(ArbBall::powerOfTwo(-5000).enclosure().high, 0x1p-1000);
  EXPECT_EQ((-ArbBall::powerOfTwo(5000)).enclosure().high, -0x1p1000);
  EXPECT_TRUE(ArbBall::infinity().enclosure().isNaN());
  EXPECT_TRUE(ArbBall().enclosure().isZero());
}

} // namespace
