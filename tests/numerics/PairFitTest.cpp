// Functions of x + b, beta * x and the like: value and gradients where the arguments meet.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/SilentErrors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

/// Arithmetic of inputs, and the first input for which it is u.
struct Variable {
  const char *text;
  double (*first)(double u, double b, double c);
};

const Variable variables[] = {
    {"(x + b)", [](double u, double b, double) { return u - b; }},
    {"(x - b)", [](double u, double b, double) { return u + b; }},
    {"(b * x)", [](double u, double b, double) { return u / b; }},
    {"(x / b)", [](double u, double b, double) { return u * b; }},
    {"(x * b + c)", [](double u, double b, double c) { return (u - c) / b; }},
    {"((x - b) * c)", [](double u, double b, double c) { return u / c + b; }},
    {"(c * x / b)", [](double u, double b, double c) { return u * b / c; }},
    {"(0.1 - b * x)", [](double u, double b, double) { return (0.1 - u) / b; }},
};

/// Of u, alone and beside what it is made of.
const char *const functions[] = {
    "u * Phi(u)",
    "u * sigmoid(u)",
    "u * tanh(softplus(u))",
    "x * sigmoid(u)",
    "tanh(u)",
    "b * tanh(u)",
    "softplus(u)",
    "b * expm1(u)",
    "if x > 0 then x else b * expm1(u)",
    "erf(u)",
    "x * Phi(u) + 0 * c",
    "exp(-u^2)",
    "x * b * sech(u)^2",
    "sigmoid(u) / b",
    "u * tanh(u - 1)",
    "if u > 4 then x else softplus(u)",
    "atan(u)",
    "log1p(u^2)",
    "x * (b * sigmoid(u)) * x",
    "sigmoid(u) + x * b * sigmoid(u) * sigmoid(-u)",
};

/// Where something changes: zeros of slopes, ends of tables, where terms cancel.
constexpr double places[] = {0,   -0.7517915, 0.7517915, -1.2784645, 1.2784645, -1.19, 1,     4.5,
                             5.2, 6,          9.5,       12.5,       18.5,      -4.5,  -6,    -9.5,
                             -30, 88,         -88,       0x1p-60,    0x1p-100,  1e20,  -1e20, 0.1};

std::string written(const char *function, const Variable &variable) {
  return std::string("def f(x, b, c) = let u = ") + variable.text + " in " + function;
}

std::vector<Point> pointsFor(const Variable &variable, std::uint64_t seed) {
  constexpr int count = 400;
  std::vector<Point> points;
  RandomPoints any(3, {0.1, 1}, seed);
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  for (int i = 0; i < count; ++i) {
    Point point = any.next();
    if (i % 4) {
      if (i % 3)
        point = {0, normal(random), normal(random)};
      const double u = places[random() % std::size(places)] *
                       (1 + std::ldexp(double(random() % 64) - 32, -int(random() % 30)));
      point[0] = float(variable.first(u, point[1], point[2]));
    }
    if (std::isfinite(point[0]))
      points.push_back(point);
  }
  return points;
}

TEST(PairFit, ValuesAndGradientsAreRightOrSaidToBeWrong) {
  JudgementCount count;
  std::uint64_t seed = 1;
  for (const Variable &variable : variables)
    for (const char *function : functions) {
      const std::string text = written(function, variable);
      const Judgement judged = judge(text, pointsFor(variable, seed++));
      count.add(judged.kind);
      EXPECT_NE(judged.kind, Judgement::Kind::Silent) << text << "\n" << judged.text();
    }
  std::puts(count.text("functions of pairs").c_str());
  EXPECT_GE(count.right, 0.95 * count.all) << count.text("functions of pairs");
}

// Where a float's rounding of x·b or x + b would decide.
TEST(PairFit, AComparisonDecidesByWhatAFloatLoses) {
  std::mt19937_64 random(5);
  std::normal_distribution<float> normal;
  for (const char *sum : {"x * b", "x + b", "x - b"})
    for (const char *sign : {"<", "<=", ">", ">=", "==", "!="})
      for (const bool isRight : {false, true}) {
        const std::string comparison = isRight ? std::string("c ") + sign + " " + sum
                                               : std::string(sum) + " " + sign + " c",
                          text =
                              "def f(x, b, c) = if " + comparison + " then x else 2 * sigmoid(b)";
        std::vector<Point> points;
        for (int i = 0; i < 300; ++i) {
          float x = normal(random), b = normal(random) * (i % 5 == 0 ? 0x1p-70f : 1);
          if (i % 3 == 0) { // what is exact
            x = std::ldexp(std::round(std::ldexp(x, 8)), -8);
            b = std::ldexp(std::round(std::ldexp(b, 8)), -8);
          }
          const double exact = sum[2] == '*'   ? double(x) * double(b)
                               : sum[2] == '+' ? double(x) + double(b)
                                               : double(x) - double(b);
          float c = float(exact);
          if (i % 4 == 1)
            c = std::nextafter(c, i % 8 == 1 ? HUGE_VALF : -HUGE_VALF);
          points.push_back({x, b, c});
        }
        const Judgement judged = judge(text, points);
        EXPECT_EQ(judged.kind, Judgement::Kind::Right) << text << "\n" << judged.text();
      }
}

} // namespace
} // namespace xphi::numerics
