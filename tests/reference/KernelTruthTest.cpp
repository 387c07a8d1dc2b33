// What kernels are checked against: mixed derivatives in any order, and what counts as a tie.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/KernelTruth.h"

#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

using namespace xphi::reference;

namespace {

std::shared_ptr<const xphi::dsl::Program> programOf(const std::string &text) {
  const xphi::dsl::ParseResult parsed = xphi::dsl::analyse({"<test>", text});
  EXPECT_TRUE(parsed) << parsed.render();
  return parsed.program;
}

constexpr unsigned exponents[] = {5, 4, 3, 2};

/// Of x^5 y^4 z^3 a^2, exact in doubles.
double derivativeOfMonomial(std::array<double, 4> at, const std::vector<std::uint32_t> &variables) {
  std::array<int, 4> left;
  std::ranges::copy(exponents, left.begin());
  double value = 1;
  for (std::uint32_t variable : variables)
    value *= left[variable]--;
  for (std::size_t i = 0; i < at.size(); ++i)
    value *= left[i] < 0 ? 0 : std::pow(at[i], left[i]);
  return value;
}

TEST(KernelTruth, DerivativesComeInTheOrderThatWasAskedFor) {
  const auto program = programOf("def f(x, y, z; a = 3) = x^5 * y^4 * z^3 * a^2");
  constexpr std::array<double, 4> at = {2, 3, -5, 7};
  const std::vector<std::vector<std::uint32_t>> several = {
      {}, {0}, {2}, {3, 1}, {0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 3}};
  for (const auto &derivative : std::vector<std::vector<std::uint32_t>>{
           {}, {0}, {1}, {2}, {3}, {0, 1}, {2, 1}, {3, 0}, {1, 1}, {2, 0, 1}})
    for (const auto &gradients : several) {
      KernelTruth truth(program, program->entry(), derivative, gradients);
      const std::vector<Expected> got = truth.at({{at[0], at[1], at[2]}}, {{float(at[3])}});
      ASSERT_EQ(got.size(), 1 + gradients.size());
      for (std::size_t i = 0; i < got.size(); ++i) {
        std::vector<std::uint32_t> in = derivative;
        if (i > 0)
          in.push_back(gradients[i - 1]);
        EXPECT_TRUE(got[i].known);
        EXPECT_EQ(got[i].truth.high, derivativeOfMonomial(at, in))
            << testing::PrintToString(derivative) << ", then " << testing::PrintToString(gradients)
            << ", output " << i;
      }
    }
}

/// A choice between `g` of x and the number y, and g in doubles.
struct Chooser {
  const char *text;
  double (*g)(double x);
};

/// What doubles give is off by 2^-44 at most, says InflatedArithmetic.h; not by much more.
TEST(KernelTruth, ATieIsWhatDoublesMayTakeEitherWay) {
  for (const Chooser &chooser : std::vector<Chooser>{
           {"if exp(x) > y then x else 2 * x", [](double x) { return std::exp(x); }},
           {"if y >= tanh(x) then x else y", [](double x) { return std::tanh(x); }},
           {"max(sqrt(x), y)", [](double x) { return std::sqrt(x); }},
           {"min(y, 1.1 * x)", [](double x) { return 1.1 * x; }},
           {"abs(log(x) - y)", [](double x) { return std::log(x); }},
           {"sign(sin(x) - y)", [](double x) { return std::sin(x); }},
           {"round(exp(x) - y + 0.5)", [](double x) { return std::exp(x); }},
       }) {
    const auto program = programOf(std::string("def f(x, y) = ") + chooser.text);
    const KernelTruth truth(program, program->entry(), {}, {0});
    for (double x : {0.375, 0.75, 1.25, 2.5})
      for (int bits = 3; bits < 53; ++bits)
        for (double side : {1.0, -1.0}) {
          const double y = chooser.g(x) * (1 + side * std::ldexp(1, -bits));
          if (bits <= 40)
            EXPECT_FALSE(truth.isTie({{x, y}}, {}, 1))
                << chooser.text << " at " << x << ", " << bits;
          if (bits >= 46)
            EXPECT_TRUE(truth.isTie({{x, y}}, {}, 1))
                << chooser.text << " at " << x << ", " << bits;
        }
  }
}

/// Beside an infinite input the terms of a derivative that cancel are as large as at any number
/// from where on the other factor stays as it is.
// It is infinite, which need not be known.
TEST(KernelTruth, WhatFadesTimesInfinityIsNoNumber) {
  for (const char *fading : {"x * Phi(x)", "x * sigmoid(x)", "exp(x)", "-sigmoid(x)^2",
                             "x * exp(-x^2)", "exp(-exp(-x))", "phi(x)"})
    for (const char *growing : {"y", "y^3", "log(y)", "x * y"}) {
      const auto program =
          programOf(std::string("def f(x, y) = ") + fading + " * (" + growing + ")");
      KernelTruth truth(program, program->entry(), {}, {0, 1});
      for (double x = -3; x > -1e38; x *= 7.3) {
        const Expected value = truth.at({{x, INFINITY}}, {})[0];
        EXPECT_FALSE(value.known && std::isfinite(value.truth.high))
            << fading << ", " << growing << " at " << x << ": " << value.truth.high;
      }
    }
}

TEST(KernelTruth, TermsOfALimitAreThoseOfItsNeighbours) {
  for (const char *gate : {"x * tanh(x)", "x * sigmoid(1.702 * x)", "x * Phi(x)", "sin(x) * x",
                           "x^2 - x", "x * exp(-x)"})
    for (const char *factor : {"clamp(y, -7, 7) + 1", "tanh(y)", "min(y, 3)", "sigmoid(y) + x",
                               "if y > 1 then 2 else x"}) {
      const auto program =
          programOf(std::string("def f(x, y) = (") + gate + ") * (" + factor + ")");
      KernelTruth truth(program, program->entry(), {}, {0});
      for (double x = -2; x <= 2; x += 0.0625) {
        const Expected there = truth.at({{x, 0x1p100}}, {})[1],
                       limit = truth.at({{x, INFINITY}}, {})[1];
        EXPECT_TRUE(limit.known);
        EXPECT_EQ(limit.truth.high, there.truth.high) << gate << ", " << factor << " at " << x;
        EXPECT_NEAR(limit.largestTerm, std::fmax(there.largestTerm, std::fabs(there.truth.high)),
                    0x1p-19 * limit.largestTerm)
            << gate << ", " << factor << " at " << x;
      }
    }
}

} // namespace
