// Fits for few bits against the truth, input by input; and the polynomials between bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "approx/FittedValue.h"
#include "approx/TaylorModel.h"
#include "approx/WithinBounds.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Fit;
using compiler::FitLimits;
using compiler::Gate;

double valueOf(const std::vector<double> &coefficients, double x) {
  double sum = 0;
  for (std::size_t i = coefficients.size(); i-- > 0;)
    sum = sum * x + coefficients[i];
  return sum;
}

// Gates around a polynomial, which need not be in their middle.
TEST(WithinBounds, WhatGoesThroughAllGatesIsFound) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int round = 0; round < 300; ++round) {
    const unsigned degree = random() % 5;
    std::vector<double> hidden(degree + 1), places(1 + random() % (round % 2 ? 900 : 12));
    for (double &each : hidden)
      each = unit(random);
    for (double &each : places)
      each = unit(random);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::vector<Gate> gates;
    for (const double place : places) {
      const double width = std::exp2(-6 + 4 * unit(random)), part = 0.5 + 0.4 * unit(random),
                   middle = valueOf(hidden, place);
      gates.push_back({place, middle - part * width, middle + (1 - part) * width});
    }
    const auto found = compiler::polynomialWithin(gates, degree);
    ASSERT_TRUE(found) << round;
    ASSERT_EQ(found->size(), degree + 1);
    for (const Gate &gate : gates) {
      const double value = valueOf(*found, gate.place);
      EXPECT_TRUE(gate.low < value && value < gate.high) << round << " at " << gate.place;
    }
  }
}

TEST(WithinBounds, WhereNoPolynomialOfTheDegreeGoesThereIsNone) {
  std::vector<Gate> gates;
  for (int i = -20; i <= 20; ++i)
    gates.push_back({i / 20.0, std::fabs(i / 20.0) - 0.01, std::fabs(i / 20.0) + 0.01});
  for (unsigned degree = 0; degree < 8; ++degree)
    EXPECT_FALSE(compiler::polynomialWithin(gates, degree)) << degree;
}

/// As it is stored.
std::uint64_t elementOf(const Fit &fit, float value, ElementType type) {
  const double up = fit.ties == Fit::Ties::Up ? std::nextafter(double(value), HUGE_VAL) : value;
  return nearestElement(up, type);
}

void expectNearest(const std::string &text, ElementType type, unsigned segments, bool isFactor) {
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text}, &lib::library());
  ASSERT_TRUE(parsed) << parsed.render();
  FitLimits limits{.segments = segments, .mostDegree = segments == 8 ? 12u : 8u};
  limits.elements = {type, type, isFactor};
  const auto fit = compiler::findFit(parsed.program, parsed.program->entry(), limits);
  ASSERT_TRUE(fit) << text;
  ASSERT_TRUE(fit->isNearest) << text << ": " << fit->text();
  if (fit->accurate) {
    EXPECT_LE(fit->exceptions.size(), 3u);
    if (fit->segments == fit->accurate->segments) {
      EXPECT_LE(fit->degree, fit->accurate->degree) << text;
    }
  }
  const compiler::SmoothFunction function(parsed.program, parsed.program->entry());
  const double slack = std::ldexp(1.0, -fractionBits(type) - 9);
  for (std::uint64_t pattern = segments; pattern < 1 << 16; pattern += 29) {
    const double x = xphi::valueOf(pattern, type);
    if (!std::isfinite(x) || std::fabs(x) < double(fit->firstNearest) ||
        std::count(fit->exceptions.begin(), fit->exceptions.end(), float(std::fabs(x))))
      continue;
    const std::optional<float> got = compiler::fittedValue(*fit, float(x));
    const auto ball = function.value(x);
    if (!got || !ball)
      continue;
    // On the right side of a middle that doubles do not tell it from.
    double truth = ball->nearest();
    if (const std::optional<bool> isAbove = function.isAbove(x, truth))
      truth = std::nextafter(truth, *isAbove ? HUGE_VAL : -HUGE_VAL);
    EXPECT_EQ(xphi::valueOf(elementOf(*fit, *got, type), type),
              xphi::valueOf(nearestElement(truth, type), type))
        << text << ", " << nameOf(type) << " at " << x << ": " << fit->text();
    if (isFactor && std::isfinite(*got)) {
      EXPECT_LE(std::fabs(double(*got) - truth), slack * std::fabs(truth)) << text << " at " << x;
    }
  }
}

struct OfFewBits : testing::TestWithParam<std::tuple<ElementType, unsigned, bool>> {};

TEST_P(OfFewBits, EachResultIsTheNearestElement) {
  const auto [type, segments, isFactor] = GetParam();
  for (const char *text : {"sigmoid(x)", "softplus(x)", "x * sigmoid(x)", "sech(x)^2", "selu(x)",
                           "sigmoid(x) + x * sigmoid(x) * sigmoid(-x)", "exp(x)"})
    expectNearest(text, type, segments, isFactor);
}

INSTANTIATE_TEST_SUITE_P(Fits, OfFewBits,
                         testing::Combine(testing::Values(ElementType::BF16, ElementType::F16),
                                          testing::Values(32u, 8u), testing::Bool()));

} // namespace
} // namespace xphi::numerics
