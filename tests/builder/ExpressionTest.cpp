// Expressions built in C++ give the canonical program of the same text written by hand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/Expression.hpp>

#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace xphi;

std::string canonical(std::string text) {
  dsl::ParseResult result = dsl::analyse({"t.phi", std::move(text)}, &lib::library());
  return result ? dsl::closure(*result.program, result.program->entry()) : result.render();
}

std::string built(const Function &function) {
  Result<std::string> program = text(function);
  return program ? canonical(*program) : program.error().render();
}

const Expression x = input("x"), y = input("y");

TEST(ExpressionTest, OperatorsMeanWhatTheyMeanInTheLanguage) {
  EXPECT_EQ(built(x * Phi(x)), canonical("x * Phi(x)"));
  EXPECT_EQ(built(x + 1 - (2 - x)), canonical("x + 1 - (2 - x)"));
  EXPECT_EQ(built(x - 1 - 2), canonical("x - 1 - 2"));
  EXPECT_EQ(built(x / (2 * x)), canonical("x / (2 * x)"));
  EXPECT_EQ(built(-(x * x)), canonical("-(x * x)"));
  EXPECT_EQ(built(-x * x), canonical("(-x) * x"));
  EXPECT_EQ(built(pow(-x, 2)), canonical("(-x)^2"));
  EXPECT_EQ(built(-pow(x, 2)), canonical("-x^2"));
  EXPECT_EQ(built(pow(pow(x, 2), 3)), canonical("(x^2)^3"));
  EXPECT_EQ(built(pow(x, pow(x, 3))), canonical("x^x^3"));
  EXPECT_EQ(built(pow(2, -x)), canonical("2^-x"));
  EXPECT_EQ(built(x * -x), canonical("x * -x"));
  EXPECT_EQ(built(-(-x)), canonical("--x"));
}

TEST(ExpressionTest, ConditionsChoose) {
  EXPECT_EQ(built(where(x > 0, x, expm1(x))), canonical("if x > 0 then x else expm1(x)"));
  EXPECT_EQ(built(where((x < 0 || x > 1) && !(x == 3), 1, 2) + 1),
            canonical("(if (x < 0 or x > 1) and not x == 3 then 1 else 2) + 1"));
  EXPECT_EQ(built(where(!(x <= 0 && x != -1), 1, where(x >= 5, 2, 3))),
            canonical("if not (x <= 0 and x != -1) then 1 else if x >= 5 then 2 else 3"));
  EXPECT_EQ(built(where(dropped(0.25, parameter("seed", 7), 3) || isnan(x), 0, x)),
            canonical("def f(x; seed = 7) = if dropped(0.25, seed, 3) or isnan(x) then 0 else x"));
}

TEST(ExpressionTest, EveryFunctionHasItsName) {
#define XPHI_SAME(CALL) EXPECT_EQ(built(CALL), canonical(#CALL))
  XPHI_SAME(abs(x));
  XPHI_SAME(sign(x));
  XPHI_SAME(floor(x));
  XPHI_SAME(ceil(x));
  XPHI_SAME(round(x));
  XPHI_SAME(step(x));
  XPHI_SAME(sqrt(x));
  XPHI_SAME(rsqrt(x));
  XPHI_SAME(cbrt(x));
  XPHI_SAME(exp(x));
  XPHI_SAME(exp2(x));
  XPHI_SAME(expm1(x));
  XPHI_SAME(log(x));
  XPHI_SAME(log2(x));
  XPHI_SAME(log1p(x));
  XPHI_SAME(sinh(x));
  XPHI_SAME(cosh(x));
  XPHI_SAME(tanh(x));
  XPHI_SAME(asinh(x));
  XPHI_SAME(acosh(x));
  XPHI_SAME(atanh(x));
  XPHI_SAME(erf(x));
  XPHI_SAME(erfc(x));
  XPHI_SAME(Phi(x));
  XPHI_SAME(phi(x));
  XPHI_SAME(sigmoid(x));
  XPHI_SAME(logsigmoid(x));
  XPHI_SAME(softplus(x));
  XPHI_SAME(sin(x));
  XPHI_SAME(cos(x));
  XPHI_SAME(tan(x));
  XPHI_SAME(asin(x));
  XPHI_SAME(acos(x));
  XPHI_SAME(atan(x));
  XPHI_SAME(min(x, 1));
  XPHI_SAME(max(x, 0));
  XPHI_SAME(hypot(x, 1));
  XPHI_SAME(pow(x, 3));
  XPHI_SAME(clamp(x, 0, 6));
#undef XPHI_SAME
  for (const dsl::PrimitiveInfo &row : dsl::primitives())
    if (row.form == dsl::Form::Function) {
      Expression built = call(std::string(row.spelling), std::vector<Expression>(row.arity, x));
      EXPECT_TRUE(text(built)) << row.spelling;
    }
}

TEST(ExpressionTest, NumbersAreExact) {
  EXPECT_EQ(built(x * 0.1), canonical("x * 0.1"));
  EXPECT_EQ(built(x * -0.5), canonical("x * -0.5"));
  EXPECT_EQ(built(x * number("0.1000000000000000055511151231257827021181583404541015625")),
            canonical("x * 0.1000000000000000055511151231257827021181583404541015625"));
  EXPECT_EQ(built(x + number("-1e-3")), canonical("x + -0.001"));
  EXPECT_EQ(built(pi() * x + e() - infinity()), canonical("pi * x + e - inf"));
  EXPECT_EQ(built(x + std::numeric_limits<double>::infinity()), canonical("x + inf"));
  EXPECT_EQ(built(x + 5e-324), canonical("x + 5e-324"));
}

TEST(ExpressionTest, InputsAndParametersComeInTheOrderInWhichTheyAreNamed) {
  const Expression gate = input("gate"), value = input("value");
  EXPECT_EQ(built(gate * sigmoid(gate) * value),
            canonical("def f(gate, value) = gate * sigmoid(gate) * value"));
  const Expression alpha = parameter("alpha", 1), beta = parameter("beta", Expression(2) / 3);
  EXPECT_EQ(
      built(where(x > beta, x, alpha * expm1(x))),
      canonical("def f(x; beta = 2 / 3, alpha = 1) = if x > beta then x else alpha * expm1(x)"));
  EXPECT_EQ(built(Function("elu2", {x, alpha, beta}, where(x > beta, x, alpha * expm1(x)))),
            canonical("def elu2(x; alpha = 1, beta = 2 / 3) = "
                      "if x > beta then x else alpha * expm1(x)"));
  const Expression a = channel("a", 0.25);
  EXPECT_EQ(built(where(x >= 0, x, a * x)),
            canonical("def f(x; a: channel = 0.25) = if x >= 0 then x else a * x"));
}

TEST(ExpressionTest, DerivativesAndClauses) {
  EXPECT_EQ(built(diff(x * Phi(x), x)), canonical("diff(x * Phi(x), x)"));
  EXPECT_EQ(built(diff(x * y, y, 2) + x), canonical("def f(x, y) = diff(x * y, y, 2) + x"));
  const Function ste = Function("ste", {x}, round(x)).grad(x, 1);
  EXPECT_EQ(built(ste), canonical("def ste(x) = round(x)\n  grad x = 1"));
  const Function relu = Function("relu", {x}, max(x, 0)).kink(x, 0, 0.5);
  EXPECT_EQ(built(relu), canonical("def relu(x) = max(x, 0)\n  kink x = 0: 0.5"));
  EXPECT_EQ(built(ste({2 * x}) + relu({x})),
            canonical("def ste(x) = round(x)\n  grad x = 1\ndef relu(x) = max(x, 0)\n"
                      "  kink x = 0: 0.5\ndef f(x) = ste(2 * x) + relu(x)"));
}

TEST(ExpressionTest, AFunctionIsAValue) {
  Function plain("ste", {x}, round(x)), copy = plain;
  copy.grad(x, 1);
  EXPECT_EQ(built(plain), canonical("def ste(x) = round(x)"));
  EXPECT_EQ(built(copy), canonical("def ste(x) = round(x)\n  grad x = 1"));
  const Expression earlier = plain({x});
  plain.grad(x, 2);
  EXPECT_EQ(built(earlier), canonical("def ste(x) = round(x)\ndef f(x) = ste(x)"));
}

TEST(ExpressionTest, CallsGiveParametersByName) {
  EXPECT_EQ(built(call("gelu", {2 * x})), canonical("gelu(2 * x)"));
  EXPECT_EQ(built(call("elu", {x}, {{"alpha", 2}})), canonical("elu(x; alpha = 2)"));
  const Expression k = parameter("k", 2);
  const Function gate("gate", {x, k}, sigmoid(k * x));
  EXPECT_EQ(built(gate({x}, {{"k", 3}}) * gate({x + 1})),
            canonical("def gate(x; k = 2) = sigmoid(k * x)\n"
                      "def f(x) = gate(x; k = 3) * gate(x + 1)"));
}

TEST(ExpressionTest, SharedExpressionsAreLets) {
  const Expression t = let("t", 2 * x);
  EXPECT_EQ(built(t * sigmoid(t)), canonical("let t = 2 * x\nt * sigmoid(t)"));
  const Expression u = 3 * x;
  EXPECT_EQ(built(u * sigmoid(u)), canonical("let t1 = 3 * x\nt1 * sigmoid(t1)"));
  EXPECT_EQ(built(u + u + diff(u * x, x)), canonical("let t1 = 3 * x\nt1 + t1 + diff(t1 * x, x)"));
  const Condition c = x > 0;
  EXPECT_EQ(built(where(c, x, 1) + where(c, 2, x)),
            canonical("let t1 = x > 0\n(if t1 then x else 1) + (if t1 then 2 else x)"));
  EXPECT_EQ(built(Function("g", {x}, x).grad(x, u * u)),
            canonical("def g(x) = x\n  grad x = let t1 = 3 * x in t1 * t1"));
  EXPECT_EQ(built(let("x", 2 * x) + 1), canonical("let x_2 = 2 * x\nx_2 + 1"));
}

TEST(ExpressionTest, RepeatedSquaringDoesNotExplode) {
  Expression power = x;
  for (int i = 0; i < 100; ++i)
    power = power * power + 1;
  Result<std::string> program = text(power);
  ASSERT_TRUE(program);
  EXPECT_LT(program->size(), 5000u);
  EXPECT_TRUE(dsl::analyse({"t.phi", *program}));
}

TEST(ExpressionTest, SumsAndProductsOfAnyLength) {
  Expression sum = x, product = x, mixed = x;
  std::string sumText = "x", productText = "x", mixedText = "x";
  for (int i = 1; i < 3000; ++i) {
    const std::string digits = std::to_string(i);
    sum = i % 3 == 0 ? sum - x * i : sum + x * i;
    sumText += (i % 3 == 0 ? " - x * " : " + x * ") + digits;
    product = i % 3 == 0 ? product / x : product * x;
    productText += i % 3 == 0 ? " / x" : " * x";
    mixed = i % 500 == 0 ? (mixed + x) * 2 : mixed + 1;
    mixedText = i % 500 == 0 ? "(" + mixedText + " + x) * 2" : mixedText + " + 1";
  }
  EXPECT_EQ(built(sum), canonical(sumText));
  EXPECT_EQ(built(product), canonical(productText));
  EXPECT_EQ(built(mixed), canonical(mixedText));
}

TEST(ExpressionTest, PartialSumsThatAreUsedAgainBecomeLets) {
  Expression sum = x, all = x;
  std::string lets, total = "x";
  for (int i = 1; i <= 400; ++i) {
    sum = sum + i;
    all = all * sum;
    const std::string name = "t" + std::to_string(i);
    if (i < 400) // the last one is used once
      lets += "let " + name + " = " + (i == 1 ? "x" : "t" + std::to_string(i - 1)) + " + " +
              std::to_string(i) + "\n";
    total += i < 400 ? " * " + name : " * (t399 + 400)";
  }
  EXPECT_EQ(built(all), canonical(lets + total));
  Expression long1 = x, long2 = x;
  for (int i = 0; i < 15000; ++i) {
    long1 = long1 + x;
    long2 = long2 * long1;
  }
  EXPECT_TRUE(text(long2)) << "far more lets than a text may have, and no crash";
}

TEST(ExpressionTest, MistakesAreErrorsAndNotCrashes) {
  auto codeOf = [](const Function &function) {
    Result<std::string> program = text(function);
    return program ? std::string("none") : program.error().code();
  };
  EXPECT_EQ(codeOf(x * std::nan("")), "X0006");
  EXPECT_EQ(codeOf(x * number("1) + (2")), "X0006");
  EXPECT_EQ(codeOf(input("x y") + 1), "X0006");
  EXPECT_EQ(codeOf(parameter("", 1) + x), "X0006");
  EXPECT_EQ(codeOf(Function("a b", {x}, x)), "X0006");
  EXPECT_EQ(codeOf(Function("g", {x}, x)({x}) + Function("g", {x}, 2 * x)({x})), "X0012");
  Expression chain = x;
  for (int i = 0; i < 1000000; ++i)
    chain = chain + 1;
  EXPECT_EQ(codeOf(chain), "X0014");
  Expression nested = x;
  for (int i = 0; i < 20000; ++i)
    nested = Function("g" + std::to_string(i), {x}, nested)({x});
  EXPECT_NE(codeOf(nested), "none");
}

} // namespace
