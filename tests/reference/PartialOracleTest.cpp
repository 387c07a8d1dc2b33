// Partial derivatives in inputs and parameters against their closed forms.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/PartialOracle.h"

#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace xphi::reference;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

PartialOracle oracleFor(const std::string &text, std::vector<uint32_t> variables, int order) {
  xphi::dsl::ParseResult parsed = xphi::dsl::analyse({"<test>", text});
  EXPECT_TRUE(parsed) << parsed.render();
  return PartialOracle(parsed.program, parsed.program->entry(), std::move(variables), order);
}

void expectEntries(const std::vector<Entry> &actual, const std::vector<double> &expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    EXPECT_NEAR(actual[i].truth.high, expected[i], 1e-14 * (1 + std::fabs(expected[i]))) << i;
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

TEST(PartialOracle, SwishInItsInputAndParameter) {
  const PartialOracle oracle = oracleFor("def f(x; b = 1) = x * sigmoid(b * x)", {0, 1}, 2);
  for (double x : {-2.5, -0.25, 1.0, 3.75})
    for (double b : {0.5, 1.0, -2.0}) {
      const double s = logistic(b * x), d = s * (1 - s), dd = d * (1 - 2 * s);
      const PartialAnswer answer = oracle.at({{x}}, {{b}});
      EXPECT_NEAR(answer.value.truth.high, x * s, 1e-14);
      expectEntries(answer.first, {s + b * x * d, x * x * d});
      expectEntries(answer.second,
                    {2 * b * d + b * b * x * dd, 2 * x * d + b * x * x * dd, x * x * x * dd});
    }
}

TEST(PartialOracle, PowersInBaseAndExponent) {
  const PartialOracle oracle = oracleFor("def f(x; b = 2) = x^b", {0, 1}, 2);
  for (double x : {0.5, 1.0, 3.0})
    for (double b : {-1.5, 2.0}) {
      const double y = std::pow(x, b), l = std::log(x);
      const PartialAnswer answer = oracle.at({{x}}, {{b}});
      expectEntries(answer.first, {b * y / x, y * l});
      expectEntries(answer.second, {b * (b - 1) * y / x / x, y / x * (1 + b * l), y * l * l});
    }
  // The logarithm does not spoil what does not need it.
  EXPECT_EQ(oracleFor("def f(x; b = 2) = x^b", {0}, 1).at({{-3.0}}, {{2.0}}).first[0].truth.high,
            -6);
  EXPECT_TRUE(oracle.at({{-3.0}}, {{2.0}}).first[1].truth.isNaN());
  expectEntries(oracleFor("def f(x; b = 2) = x^b", {0, 1}, 1).at({{0.0}}, {{2.0}}).first, {0, 0});
}

TEST(PartialOracle, GatesInBothInputs) {
  const PartialOracle oracle = oracleFor("def f(a, b) = max(a, 0) * b + a^2 * b^3", {0, 1}, 2);
  const PartialAnswer answer = oracle.at({{2.0, 5.0}}, {});
  EXPECT_EQ(answer.value.truth.high, 510);
  expectEntries(answer.first, {5 + 4 * 125, 2 + 4 * 75});
  expectEntries(answer.second, {250, 1 + 4 * 75, 4 * 30});
  EXPECT_NEAR(answer.first[0].largestTerm, 500, 1e-3);
}

TEST(PartialOracle, OneVariableOfMany) {
  const PartialOracle oracle = oracleFor("def f(a, b; c = 3) = a * b * c", {2}, 2);
  const PartialAnswer answer = oracle.at({{2.0, 5.0}}, {{7.0}});
  EXPECT_EQ(answer.value.truth.high, 70);
  expectEntries(answer.first, {10});
  expectEntries(answer.second, {0});
}

TEST(PartialOracle, FollowsGradKinkAndDiff) {
  const PartialOracle straight =
      oracleFor("def f(x; c = 3) = round(x) * c\n  grad x = 1", {0, 1}, 1);
  expectEntries(straight.at({{2.25}}, {{7.0}}).first, {1, 2});
  const PartialOracle kinked =
      oracleFor("def r(x) = max(x, 0)\n  kink x = 0: 0.5\ndef f(x) = 3 * r(x - 1)", {0}, 1);
  expectEntries(kinked.at({{1.0}}, {}).first, {1.5});
  expectEntries(kinked.at({{2.0}}, {}).first, {3});
  const PartialOracle slope =
      oracleFor("def f(x, b) =\n  let t = b * x\n  diff(x * sin(t), x)", {0, 1}, 1);
  const double x = 0.75, b = 2, s = std::sin(b * x), c = std::cos(b * x);
  const PartialAnswer answer = slope.at({{x, b}}, {});
  EXPECT_NEAR(answer.value.truth.high, s + b * x * c, 1e-14);
  expectEntries(answer.first, {2 * b * c - b * b * x * s, 2 * x * c - b * x * x * s});
}

TEST(PartialOracle, TheTwoWaysOfDifferentiatingAgree) {
  // A clause that says nothing new makes the interpreter differentiate.
  const std::string text = "def f(x, y; c = 2) = x * tanh(y / c) + hypot(x, c) / (1 + exp(x * y))";
  const PartialOracle jets = oracleFor(text, {0, 1, 2}, 2);
  const PartialOracle interpreter = oracleFor(text + "\n  kink x = 100: 0", {0, 1, 2}, 2);
  for (double x : {-3.0, 0.5, 2.25}) {
    const PartialAnswer a = jets.at({{x, 1.5}}, {{0.75}}), b = interpreter.at({{x, 1.5}}, {{0.75}});
    std::vector<double> first, second;
    for (const Entry &entry : b.first)
      first.push_back(entry.truth.high);
    for (const Entry &entry : b.second)
      second.push_back(entry.truth.high);
    expectEntries(a.first, first);
    expectEntries(a.second, second);
  }
}

TEST(PartialOracle, WhatDoesNotDependHasDerivativeZero) {
  const PartialOracle oracle = oracleFor("def f(x; c = 3) = if x > 0 then x else 1", {0, 1}, 2);
  expectEntries(oracle.at({{-2.0}}, {{7.0}}).first, {0, 0});
  expectEntries(oracle.at({{-2.0}}, {{7.0}}).second, {0, 0, 0});
  expectEntries(oracle.at({{2.0}}, {{7.0}}).first, {1, 0});
}

TEST(PartialOracle, NaNAndInfinities) {
  const PartialOracle oracle = oracleFor("def f(x; b = 1) = x * sigmoid(b * x)", {0, 1}, 1);
  for (const Entry &entry : oracle.at({{nan}}, {{1.0}}).first)
    EXPECT_TRUE(entry.truth.isNaN());
  EXPECT_EQ(oracle.at({{infinity}}, {{1.0}}).value.truth.high, infinity);
  expectEntries(oracle.at({{infinity}}, {{1.0}}).first, {1, 0});
  expectEntries(oracle.at({{-infinity}}, {{1.0}}).first, {0, 0});
  EXPECT_EQ(oracleFor("def f(a, b) = a * tanh(b)", {}, 0)
                .at({{infinity, -infinity}}, {})
                .value.truth.high,
            -infinity);
}

} // namespace
