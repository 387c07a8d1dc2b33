// Fits against the truth: their bounds hold, and what is not smooth has none or the right one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FittedValue.h"
#include "approx/SegmentFit.h"
#include "approx/TaylorModel.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cfloat>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Fit;
using compiler::FitLimits;
using compiler::fittedValue;
using compiler::SmoothFunction;

struct Text {
  std::shared_ptr<const dsl::Program> program;
  explicit Text(const std::string &text) {
    const dsl::ParseResult parsed = dsl::analyse({"<test>", text}, &lib::library());
    if (!parsed)
      throw std::runtime_error(parsed.render());
    program = parsed.program;
  }
  std::optional<Fit> fit(const FitLimits &limits) const {
    return compiler::findFit(program, program->entry(), limits);
  }
  std::optional<double> value(double x) const {
    const auto ball = SmoothFunction(program, program->entry()).value(x);
    return ball ? std::optional(arf_get_d(arb_midref(ball->get()), ARF_RND_NEAR)) : std::nullopt;
  }
};

double ulpOf(double y) { return std::ldexp(1.0, std::max(std::ilogb(y), -126) - 23); }

/// Between the ends, beyond them, next to zero and next to `places`.
std::vector<float> pointsFor(const Fit &fit, const std::vector<float> &places,
                             std::mt19937 &random) {
  constexpr int count = 400;
  std::vector<float> points = {0.0f, -0.0f, fit.low, fit.high, FLT_MAX, -FLT_MAX};
  std::uniform_real_distribution<float> inside(fit.low, fit.high);
  for (int i = 0; i < count; ++i) {
    points.push_back(inside(random));
    points.push_back(std::bit_cast<float>(uint32_t(random())));
  }
  for (float place : places)
    for (int i = 0; i < count; ++i)
      points.push_back(place * (1 + std::ldexp(float(i - count / 2), -10 - int(random() % 14))));
  // At the borders of segments.
  for (int k = -int(fit.segments); k < int(fit.segments); ++k)
    points.push_back((float(k) + 0.5f) * fit.step);
  std::erase_if(points, [](float x) { return !std::isfinite(x); });
  return points;
}

/// At most half of what a float lacks to the next.
float lowFor(float x, std::mt19937 &random) {
  const int kind = int(random() % 8);
  const double part = kind == 0 ? 0 : kind < 3 ? 0.5 : std::ldexp(double(random() >> 8), -25);
  return float((random() % 2 ? part : -part) * ulpOf(double(x)) * (1 - 0x1p-20));
}

/// The largest error, in ulp; where small results count as larger ones, in units of 2^-24. Of a
/// pair, where its digits are all there.
double worstError(const Text &text, const Fit &fit, const FitLimits &limits,
                  const std::vector<float> &points, float &at) {
  double worst = 0;
  std::mt19937 random(3);
  for (float x : points) {
    const float low = fit.isOfPair ? lowFor(x, random) : 0;
    if (fit.isOfPair && fit.order > 0 && x != 0 && std::fabs(x) < 0x1p-80f)
      continue;
    const std::optional<float> got = fittedValue(fit, x, low);
    const std::optional<double> truth = text.value(double(x) + double(low));
    if (!got || !truth || std::fabs(*truth) > FLT_MAX)
      continue;
    const double least = limits.leastResult,
                 unit = least > 0     ? 0x1p-24 * std::max(std::fabs(*truth), least)
                        : *truth == 0 ? 0
                                      : ulpOf(*truth);
    const double error = *got == *truth ? 0 : std::fabs(*got - *truth) / unit;
    if (!(error <= worst)) {
      worst = error;
      at = x;
    }
  }
  return worst;
}

/// Zero has its sign, as a number as well as as a pair.
void expectZeros(const std::string &text, Fit fit) {
  if (!fit.isOfPair || fit.order == 0)
    return;
  for (float x : {0.0f, -0.0f})
    for (float low : {0.0f, -0.0f}) {
      fit.isOfPair = true;
      const std::optional<float> ofPair = fittedValue(fit, x, low);
      fit.isOfPair = false;
      const std::optional<float> ofNumber = fittedValue(fit, x);
      EXPECT_EQ(std::bit_cast<uint32_t>(*ofPair), std::bit_cast<uint32_t>(*ofNumber)) << text;
    }
}

void expectBound(const std::string &text, const FitLimits &limits,
                 const std::vector<float> &places = {}) {
  std::mt19937 random(1);
  const Text function(text);
  const std::optional<Fit> fit = function.fit(limits);
  if (!fit)
    return;
  EXPECT_LE(fit->ulps, limits.mostUlps) << text;
  EXPECT_LE(fit->ulpsAtZero, limits.mostUlpsAtZero) << text;
  expectZeros(text, *fit);
  float at = 0;
  const std::vector<float> points = pointsFor(*fit, places, random);
  const double worst = worstError(function, *fit, limits, points, at);
  EXPECT_LE(worst, std::max(fit->ulps, fit->ulpsAtZero))
      << text << " at " << at << ": " << fit->text();
  if (const std::optional<double> most = fit->most())
    for (const float x : points)
      EXPECT_LE(std::fabs(fittedValue(*fit, x).value_or(0)), *most)
          << text << " at " << x << ": " << fit->text();
}

constexpr FitLimits tables[] = {{32, 8, 4, 4}, {8, 8, 4, 4},    {32, 4, 1024, 1024},
                                {32, 8, 3, 3}, {32, 8, 64, 64}, {32, 8, 1024, 1024, false, 0x1p-14},
                                {16, 8, 4, 4}};
constexpr FitLimits tablesOfPairs[] = {
    {32, 8, 4, 8, true}, {8, 8, 4, 4, true}, {32, 4, 1024, 1024, true}, {16, 8, 4, 8, true}};

const std::vector<std::string> texts = {"x * Phi(x)",
                                        "Phi(x) + x * phi(x)",
                                        "x * sigmoid(x)",
                                        "sigmoid(x) + x * sigmoid(x) * sigmoid(-x)",
                                        "softplus(x)",
                                        "logsigmoid(x)",
                                        "sigmoid(x)",
                                        "tanh(x)",
                                        "sech(x)^2",
                                        "x * tanh(softplus(x))",
                                        "erf(x)",
                                        "Phi(x)",
                                        "phi(x)",
                                        "gelu_tanh(x)",
                                        "exp(-x^2)",
                                        "x * exp(-x^2 / 2)",
                                        "expm1(x)",
                                        "exp(x)",
                                        "atan(x)",
                                        "asinh(x)",
                                        "x / (1 + abs(x))",
                                        "x / sqrt(1 + x^2)",
                                        "log1p(x^2)",
                                        "x * atan(x)",
                                        "x * erf(softplus(x))",
                                        "x * tanh(exp(x))",
                                        "x * log1p(sigmoid(x))",
                                        "selu(x)",
                                        "elu(x)",
                                        "x * sigmoid(1.702 * x)",
                                        "x * sigmoid(1.3 * x + 0.2)",
                                        "x - tanh(x)",
                                        "log(1 + x^2 + x)",
                                        "sin(x) / (1 + x^2)",
                                        "cos(x)",
                                        "tanh(x) * exp(-x^2)",
                                        "x^2 * sigmoid(x)",
                                        "softplus(x) - log(2)",
                                        "1 / (1 + x^2)",
                                        "x * cos(x / 4)"};

TEST(Fit, NoResultIsFurtherOffThanItsBound) {
  for (const FitLimits &limits : tables)
    for (const std::string &text : texts)
      expectBound(text, limits);
}

TEST(Fit, NoResultOfAPairIsFurtherOffThanItsBound) {
  for (const FitLimits &limits : tablesOfPairs)
    for (const std::string &text : texts)
      expectBound(text, limits, {-1.27846f, -0.7517916f, 1.27846f, 0.7517916f});
}

/// A line, or a constant, that no rule sees through: of its quotient by t nothing is left, and
/// there is no degree less than none.
TEST(Fit, AFunctionThatIsALineHasABound) {
  constexpr std::array lines = {"atanh(tanh(x))",
                                "asinh(sinh(x))",
                                "log1p(expm1(x))",
                                "tan(atan(x))",
                                "x * (tanh(x)^2 + sech(x)^2)",
                                "x * (Phi(x) + Phi(-x))",
                                "logsigmoid(x) - logsigmoid(-x)",
                                "atanh(tanh(x / 2)) * 2",
                                "atanh(tanh(x)) + 1",
                                "cosh(x)^2 - sinh(x)^2",
                                "x * exp(x) * exp(-x)"};
  for (const FitLimits &limits : tables)
    for (const char *line : lines)
      for (const char *around : {"#", "3 * (#)", "-(#)", "(#) * tanh(x)"})
        expectBound(replaced(around, '#', line), limits);
}

TEST(Fit, WhoAsksForLessGetsNoHigherDegree) {
  for (const std::string &text : texts) {
    const std::optional<Fit> accurate = Text(text).fit({32, 8, 4, 4}),
                             coarse = Text(text).fit({32, 8, 64, 64}),
                             fast = Text(text).fit({32, 8, 1024, 1024, false, 0x1p-14});
    if (!accurate)
      continue;
    ASSERT_TRUE(coarse && fast) << text;
    EXPECT_LE(coarse->degree, accurate->degree) << text;
    EXPECT_LE(fast->degree, accurate->degree) << text;
  }
}

// The series of the two sides need not be of one length.
TEST(Fit, EachTermOfBothSidesIsCompared) {
  Fit fit;
  fit.form = Fit::Form::Even;
  const auto modelOf = [](std::vector<double> coefficients) {
    compiler::TaylorModel model;
    model.centre = 1;
    model.radius = 0.5;
    model.coefficients = std::move(coefficients);
    return model;
  };
  const compiler::TaylorModel shorter = modelOf({1, 0.5}), same = modelOf({1, 0.5, 0, 0, 0}),
                              longer = modelOf({1, 0.5, 0, 0, 0.25});
  EXPECT_TRUE(mirror(fit, shorter, same).holds);
  EXPECT_TRUE(mirror(fit, same, shorter).holds);
  EXPECT_FALSE(mirror(fit, shorter, longer).holds);
  EXPECT_FALSE(mirror(fit, longer, shorter).holds);
}

TEST(Fit, MostOfWhatIsSmoothHasOne) {
  int found = 0;
  for (const std::string &text : texts)
    found += Text(text).fit(tables[0]).has_value();
  EXPECT_GE(found, 36) << "of " << texts.size();
  found = 0;
  for (const std::string &text : texts)
    found += Text(text).fit(tablesOfPairs[0]).has_value();
  EXPECT_GE(found, 30) << "of pairs, of " << texts.size();
  // As on AVX2.
  FitLimits few = tables[1];
  few.moreSegments = 16;
  found = 0;
  for (const std::string &text : texts)
    found += Text(text).fit(few).has_value();
  EXPECT_GE(found, 30) << "with few segments, of " << texts.size();
}

// Slopes of ramps, whose zero lies in the segment next to that around 0 or close to its border.
TEST(Fit, WideSegmentsReachAZero) {
  std::mt19937 random(21);
  std::uniform_real_distribution<double> between(0.7, 1.3);
  unsigned found = 0;
  constexpr unsigned tried = 24;
  for (unsigned i = 0; i < tried; ++i) {
    const double a = between(random);
    const std::string factor = std::to_string(a), of = factor + " * x",
                      text = i % 2 ? "Phi(" + of + ") + " + of + " * phi(" + of + ")"
                                   : "sigmoid(" + of + ") + " + of + " * sigmoid(" + of +
                                         ") * sigmoid(-" + of + ")";
    const auto zero = float((i % 2 ? 0.7517916 : 1.2784645) / a);
    found += Text(text).fit(tables[1]).has_value();
    expectBound(text, tables[1], {-zero, zero});
  }
  EXPECT_GE(found, tried / 2);
}

// Exponentials of exponentials in a divisor, squared: over one ball as wide as a segment a series
// says too little, over parts of it enough.
TEST(Fit, SlopesWithSteepDivisorsAreToldInParts) {
  std::mt19937 random(22);
  std::uniform_real_distribution<double> between(0.7, 1.1);
  unsigned found = 0;
  constexpr unsigned tried = 12;
  for (unsigned i = 0; i < tried; ++i) {
    const std::string a = std::to_string(between(random)), x = a + " * x",
                      u = "exp(-(" + x + " + exp(" + x + ")))",
                      text = "(1 - x * " + u + " - x * (x * " + u + " * " + a + " * (1 + exp(" + x +
                             ")) - " + u + ")) / (1 - x * " + u + ")^2";
    found += Text(text).fit(tables[0]).has_value();
    expectBound(text, tables[0]);
  }
  EXPECT_GE(found, tried / 2);
}

/// The largest difference from the function at places within the model.
double worstLeftOut(const Text &text, const compiler::TaylorModel &model, std::mt19937 &random) {
  std::uniform_real_distribution<double> within(-model.radius, model.radius);
  double worst = 0;
  for (int i = 0; i < 200; ++i) {
    const double u = i == 0 ? -model.radius : i == 1 ? model.radius : within(random);
    double sum = 0;
    for (std::size_t j = model.coefficients.size(); j-- > 0;)
      sum = sum * u + model.coefficients[j];
    worst = std::max(worst, std::fabs(sum - *text.value(model.centre + u)));
  }
  return worst;
}

// Asked in parts a wide ball leaves out less; no less than is left out. So it is where a comparison
// goes both ways in it.
TEST(Fit, APartOfABallTellsMore) {
  std::mt19937 random(22);
  std::uniform_real_distribution<double> centres(-4, 4), radii(0.5, 0.9), within(-0.9, 0.9);
  unsigned better = 0, betterOfTwo = 0;
  for (const char *text : {"tanh(softplus(x))", "x * tanh(softplus(x))", "x * log1p(sigmoid(x))",
                           "sigmoid(x)", "x * erf(softplus(x))"})
    for (int i = 0; i < 8; ++i) {
      const double c = i == 0 ? 0 : centres(random), radius = radii(random);
      const bool isOfTwo = i % 2 != 0;
      const std::string of = text, border = std::to_string(c + radius * within(random));
      const Text function(
          isOfTwo ? "if x > " + border + " then " + of + " else 2 * (" + of + ") / 2" : of);
      const auto modelIn = [&](unsigned parts) {
        return SmoothFunction(function.program, function.program->entry(), parts)
            .model(c, radius, compiler::View::Through, 0);
      };
      const auto whole = modelIn(1), parted = modelIn(8);
      ASSERT_TRUE(whole && parted) << text << " around " << c;
      EXPECT_LE(worstLeftOut(function, *parted, random), parted->rest + 1e-13)
          << text << " around " << c;
      (isOfTwo ? betterOfTwo : better) += parted->rest < 0.125 * whole->rest;
    }
  EXPECT_GE(better, 4u);
  EXPECT_GE(betterOfTwo, 4u);
}

// A corner is in one of them, wherever it lies.
TEST(Fit, NoPartHidesACorner) {
  std::mt19937 random(23);
  std::uniform_real_distribution<double> within(-0.75, 0.75);
  for (int i = 0; i < 20; ++i) {
    // At borders of parts, too.
    const double at = 2 + (i < 8 ? -0.75 + i * 0.1875 : within(random));
    const Text function("tanh(softplus(x)) + 0.001 * abs(x - " + std::to_string(at) + ")");
    const auto model = SmoothFunction(function.program, function.program->entry(), 8)
                           .model(2, 0.75 + 1e-6, compiler::View::Through, 0);
    EXPECT_FALSE(model) << "a corner at " << at;
  }
}

/// Sums and products of smooth functions of lines.
std::string smoothText(std::mt19937 &random) {
  const auto number = [&](double low, double high) {
    return std::to_string(std::uniform_real_distribution<double>(low, high)(random));
  };
  static const char *functions[] = {"sigmoid", "tanh", "Phi",  "softplus",
                                    "atan",    "erf",  "sech", "asinh"};
  const auto line = [&] { return number(-2, 2) + " * x + " + number(-1, 1); };
  const auto factor = [&] { return std::string(functions[random() % 8]) + "(" + line() + ")"; };
  std::string text = random() % 2 ? "x * " + factor() : factor();
  if (random() % 2)
    text += (random() % 2 ? " + " : " * ") + factor();
  return text;
}

TEST(Fit, TheBoundHoldsForFunctionsMadeByChance) {
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i)
    expectBound(smoothText(random), i % 2 ? tables[i / 2 % std::size(tables)]
                                          : tablesOfPairs[i / 2 % std::size(tablesOfPairs)]);
}

// Narrower than any grid of points, or smaller than any error that shows at one.
TEST(Fit, WhatASampleWouldMissIsSeen) {
  std::mt19937 random(11);
  static const char *bases[] = {"x * Phi(x)", "sigmoid(x)", "tanh(x)", "softplus(x)",
                                "x * tanh(softplus(x))"};
  for (int i = 0; i < 60; ++i) {
    const float place = std::ldexp(float(random() % 4096) - 2048, -8);
    const std::string at = "(x - " + std::to_string(place) + ")";
    const std::string width = std::to_string(std::pow(10.0, 1 + random() % 5));
    const std::string size = std::to_string(std::pow(10.0, -int(random() % 5)));
    std::string text = bases[random() % 5];
    switch (random() % 7) {
    case 0:
      text += " + " + size + " * exp(-(" + width + " * " + at + ")^2)";
      break;
    case 1:
      text += " + " + size + " * abs" + at;
      break;
    case 2:
      text += " * (1 + " + size + " / (1 + (" + width + " * " + at + ")^2))";
      break;
    case 3:
      text = "if x == " + std::to_string(i % 2 ? place : 0.0f) + " then 3 else " + text;
      break;
    case 4: // f(0) is 10^-28, which no float near 0 is
      text += " + (log(2) - 0.693147180559945309417232121358)";
      break;
    case 5:
      text = "min(" + text + ", " + std::to_string(std::fabs(place)) + ")";
      break;
    default:
      text += " + " + size + " * tanh(" + width + " * " + at + ")";
    }
    expectBound(text, tables[i % 4 == 3 ? 5 : 0], {place, std::fabs(place)});
  }
}

// Between and beyond the places at which the search looks whether a function has settled.
TEST(Fit, WhatHappensBehindTheEndIsSeen) {
  std::mt19937 random(5);
  const auto within = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  int settled = 0;
  for (int i = 0; i < 48; ++i) {
    static const char *bases[] = {"sigmoid(x)",
                                  "2 + tanh(x)",
                                  "Phi(x)",
                                  "atan(x) + 3",
                                  "exp(-x^2) + 1",
                                  "1 / (1 + x^2) + 1",
                                  "sigmoid(x) * tanh(x) + 2",
                                  "2 + x * exp(-x^2)"};
    const double place = std::copysign(within(23, i % 3 ? 34 : 90), i % 2 ? 1 : -1);
    const std::string x = "(x - " + std::to_string(place) + ")";
    static const char *bumps[] = {"exp(-X^2)",
                                  "0.001 * exp(-X^2 / 4)",
                                  "sigmoid(4 * X) * sigmoid(-4 * X)",
                                  "0.00001 * (1 + tanh(X))",
                                  "exp(-abs(3 * X))",
                                  "0.00001 * step(X)",
                                  "(if X == 0 then 0.001 else 0)"};
    std::string bump = bumps[random() % std::size(bumps)];
    for (std::size_t at; (at = bump.find('X')) != std::string::npos;)
      bump.replace(at, 1, x);
    const std::string base = bases[random() % std::size(bases)], text = base + " + " + bump;
    expectBound(text, tables[0], {float(place)});
    const std::optional<Fit> plain = Text(base).fit(tables[0]);
    settled += plain && plain->above != Fit::Beyond::Exact && Text(text).fit(tables[0]).has_value();
  }
  EXPECT_GE(settled, 12) << "of too few there is a fit whose base has settled";
}

// A corner, and a jump that is less than a rounding, which guards have against overflow.
TEST(Fit, WhatIsGuardedBehindTheEndHasSettled) {
  std::mt19937 random(9);
  static const char *guarded[] = {
      "x * tanh(exp(min(x, C)))",
      "x * log1p(-expm1(-exp(min(x, C))))",
      "if x < C then x * erf(softplus(x)) else x",
      "if x > C then 2 else 1 + Phi(x)^2",
      "tanh(exp(min(x, C))) + (if x < C then x * sech(exp(x))^2 * exp(x) else 0)",
  };
  for (int i = 0; i < 30; ++i) {
    std::string text = guarded[i % std::size(guarded)];
    const double corner =
        i % 2 ? 20 + double(random() % 20) : std::uniform_real_distribution<double>(20, 60)(random);
    for (std::size_t at; (at = text.find('C')) != std::string::npos;)
      text.replace(at, 1, std::to_string(corner));
    const std::optional<Fit> fit = Text(text).fit(tables[0]);
    ASSERT_TRUE(fit) << text;
    EXPECT_NE(fit->above, Fit::Beyond::Exact) << text;
    expectBound(text, tables[0], {float(corner)});
  }
}

// A row of segments reaches a little further than it was asked to.
TEST(Fit, WhatSettlesWithinARowIsHeldAtItsEnd) {
  for (double scale = 0.8; scale < 1.3; scale += 0.01) {
    const std::string c = std::to_string(scale), text = "x * tanh(softplus(" + c + " * x))";
    const std::optional<Fit> fit = Text(text).fit(tables[0]);
    if (!fit || fit->form != Fit::Form::TwoSided)
      continue;
    // 1 - tanh(t) is some 2 e^-2t.
    const bool isSettled = 2 * scale * double(fit->high) > 0.7 * 30;
    EXPECT_TRUE(fit->above != Fit::Beyond::Exact || !isSettled) << text << " ends at " << fit->high;
  }
}

// A text may have each of two forms where that keeps its digits. What differs has no fit, or a
// right one.
TEST(Fit, OneFunctionInTwoFormsIsOneFit) {
  static const char *forms[][2] = {{"x / (1 + exp(-x))", "x * sigmoid(x)"},
                                   {"x * exp(x) / (1 + exp(x))", "x * sigmoid(x)"},
                                   {"(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "tanh(x)"},
                                   {"log(1 + exp(x))", "x + log(1 + exp(-x))"},
                                   {"1 - x^2 / 2 * (1 - x^2 / 12 * (1 - x^2 / 30 * (1 - x^2 / 56 "
                                    "* (1 - x^2 / 90 * (1 - x^2 / 132)))))",
                                    "cos(x)"}};
  std::mt19937 random(11);
  int fits = 0;
  for (int i = 0; i < 30; ++i) {
    const auto &[one, other] = forms[std::size_t(i) % std::size(forms)];
    const bool isSeries = i % 5 == 4;
    const double place = std::uniform_real_distribution<double>(0.1, isSeries ? 0.4 : 3)(random);
    const std::string number = std::to_string(place),
                      condition = isSeries || i % 2 ? "abs(x) < " + number : "x > " + number,
                      apart = i % 3 == 2 ? " * 1.000001" : "",
                      text = "if " + condition + " then " + one + " else (" + other + ")" + apart;
    expectBound(text, tables[0], {float(place), -float(place)});
    const std::optional<Fit> fit = Text(text).fit(tables[0]);
    if (i % 3 == 2)
      EXPECT_FALSE(fit) << text;
    fits += fit.has_value();
  }
  EXPECT_EQ(fits, 20) << "of those whose forms agree";
}

TEST(Fit, WhatIsSteepHasANarrowTable) {
  static const char *texts[] = {"tanh(K * x)", "erf(K * x)", "2 + tanh(K * x)", "1 + tanh(K * x)^2",
                                "3 - 2 * erf(K * x)"};
  std::mt19937 random(12);
  int fits = 0;
  for (int i = 0; i < 30; ++i) {
    const double steepness = std::exp(std::uniform_real_distribution<double>(0.5, 4.5)(random));
    std::string text = texts[std::size_t(i) % std::size(texts)];
    text.replace(text.find('K'), 1, std::to_string(steepness));
    expectBound(text, tables[0], {float(1 / steepness), float(9 / steepness), 1, 3});
    const std::optional<Fit> fit = Text(text).fit(tables[0]);
    fits += fit && fit->highest() >= 3;
  }
  EXPECT_GE(fits, 24);
}

// The proof that it has does not get to the largest floats.
TEST(Fit, WhatSettlesAsAnExponentialOfOneIsHeldForAllCommonInputs) {
  static const char *texts[] = {"x * tanh(A * exp(B * x))", "x * erf(A * exp(B * x))",
                                "tanh(A * exp(B * x))", "x * tanh(B * x * exp(A * x) + 2)"};
  std::mt19937 random(13);
  int held = 0;
  for (int i = 0; i < 24; ++i) {
    std::string text = texts[std::size_t(i) % std::size(texts)];
    for (const char *name : {"A", "B"})
      for (std::size_t at; (at = text.find(name)) != std::string::npos;)
        text.replace(at, 1,
                     std::to_string(std::uniform_real_distribution<double>(0.5, 1.5)(random)));
    expectBound(text, tables[0], {2, 3, 5, 8, 20, 80});
    const std::optional<Fit> fit = Text(text).fit(tables[0]);
    held += fit && fit->highest() >= 8;
  }
  EXPECT_GE(held, 16);
}

} // namespace
} // namespace xphi::numerics
