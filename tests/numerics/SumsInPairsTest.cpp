// Elementary functions of sums of products of inputs, where these cancel to every degree.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice; the last input is solved for, so that the sum is a number that
// is small beside its terms: what a float loses of a product is then all there is, or decides.
// XPHI_SUMS_PROGRAMS: how many. XPHI_SUMS_SEED: the first one's seed, the others follow.
#include "UncachedEngine.h"
#include "tests/Generated.h"
#include "tests/numerics/SilentErrors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>

namespace xphi::numerics {
namespace {

/// A term of x and b, and its value.
struct Product {
  const char *text;
  double (*value)(double x, double b);
};

constexpr std::array products = {
    Product{"x * b", [](double x, double b) { return x * b; }},
    Product{"x", [](double x, double) { return x; }},
    Product{"x * x", [](double x, double) { return x * x; }},
    Product{"x / b", [](double x, double b) { return x / b; }},
    Product{"3 * x * b", [](double x, double b) { return 3 * x * b; }},
    Product{"0.1 * x", [](double x, double) { return double(0.1L * x); }},
    Product{"x * b * b", [](double x, double b) { return x * b * b; }},
    Product{"(x - b) * b", [](double x, double b) { return (x - b) * b; }},
    Product{"(x + 1) * b", [](double x, double b) { return (x + 1) * b; }},
    Product{"(x * b - x)", [](double x, double b) { return std::fma(x, b, -x); }},
};

/// `#` stands for the product, c is the last input; the sign of what is added.
struct Sum {
  const char *text;
  double sign;
};
constexpr std::array sums = {Sum{"# + c", 1},        Sum{"# - c", -1},    Sum{"c - #", -1},
                             Sum{"-(# + c)", 1},     Sum{"# + c", 1},     Sum{"2 * (# + c)", 1},
                             Sum{"(# - c) / 3", -1}, Sum{"# - 2 * c", -2}};

/// Of u, which is the sum.
constexpr std::array functions = {"exp(u)",
                                  "expm1(u)",
                                  "exp(-u^2)",
                                  "sigmoid(u)",
                                  "tanh(u)",
                                  "softplus(u)",
                                  "erf(u)",
                                  "Phi(u)",
                                  "phi(u)",
                                  "atan(u)",
                                  "sin(u)",
                                  "cos(u)",
                                  "log1p(u^2)",
                                  "asinh(u)",
                                  "sqrt(1 + u^2)",
                                  "abs(u)",
                                  "sech(u)^2",
                                  "u * Phi(u)",
                                  "u * sigmoid(u)",
                                  "u^2",
                                  "max(u, 0)^2",
                                  "sin(u)^2",
                                  "cos(u)^2",
                                  "exp(u) * exp(-exp(u))",
                                  "exp(-abs(u))",
                                  "logsigmoid(u)",
                                  "u * tanh(softplus(u))",
                                  "exp(-exp(u))",
                                  "cos(u) * exp(-u^2)",
                                  "u / (1 + u^2)",
                                  "exp(-u^2 / 2)",
                                  "sigmoid(u) * sigmoid(-u)",
                                  "tanh(u)^2",
                                  "exp(u) * u",
                                  "sin(u) / (1 + u^2)"};
/// `#` stands for one of these, `@` for another one.
constexpr std::array arounds = {"#",
                                "#",
                                "x * (#)",
                                "b * (#)",
                                "u * (#)",
                                "(#) * (@)",
                                "# + @",
                                "(#) - b * (@)",
                                "x + (#)",
                                "c * (#) - x",
                                "(#) / b",
                                "if x > b then (#) else u",
                                "(x - c) * (#)",
                                "min(x, u) * (#)",
                                "if u > 0 then (#) else b * (@)",
                                "(u - 1) * (#) + b",
                                "u - (#)",
                                "b * (#)^2",
                                "x + (#)^2 / b",
                                "(# + @) / 2",
                                "b + sqrt(0.25 * (#)^2 + 0.01)",
                                "x * b + c * (#)"};

/// Where something changes, as in PairFitTest.
constexpr double places[] = {
    0,   -0.7517915, 0.7517915, -1.2784645, 1.2784645, -1.19, 1,     4.5, 5.2,
    6,   9.5,        12.5,      -4.5,       -6,        -9.5,  -30,   50,  88,
    -88, 3.1415927,  100.53096, 0x1p-60,    0x1p-100,  1e20,  -1e20, 0.1, 1.5707964};

struct Drawn {
  std::string text;
  Product product;
  Sum sum;
};

Drawn drawn(std::mt19937_64 &random) {
  const auto oneOf = [&](const auto &table) { return table[random() % table.size()]; };
  const Product product = oneOf(products);
  const Sum sum = oneOf(sums);
  const char *first = oneOf(functions), *second = oneOf(functions);
  const std::string u = replaced(sum.text, '#', std::string("(") + product.text + ")"),
                    body = replaced(replaced(oneOf(arounds), '#', first), '@', second);
  return {"def f(x, b, c) = let u = " + u + " in " + body, product, sum};
}

class Inputs {
public:
  explicit Inputs(std::mt19937_64 &random) : random(random) {}

  /// Of any sign, ordinary ones more often than others.
  float number(unsigned kind) {
    switch (kind % 8) {
    case 0:
      return float(std::ldexp(normal(random), int(random() % 200) - 100));
    case 1:
      return float(std::ldexp(normal(random), int(random() % 40) - 20));
    case 2: { // the ends
      constexpr std::array ends = {0.0f,     -0.0f,       FLT_TRUE_MIN, -1e-40f, FLT_MIN,  1.0f,
                                   -FLT_MAX, 0x1.8p+127f, HUGE_VALF,    -1.0f,   -0x1p-70f};
      return ends[random() % ends.size()];
    }
    default:
      return float(normal(random));
    }
  }

  /// What is added to p so that the sum is a place, or what is left when so many bits cancel.
  float solved(double p, double sign) {
    double wanted = 0;
    const unsigned kind = random() % 4;
    if (kind == 1)
      wanted = places[random() % std::size(places)] *
               (1 + std::ldexp(normal(random), -int(random() % 24)));
    if (kind == 2)
      wanted = p * std::ldexp(normal(random), -int(random() % 30));
    const float c = float((wanted - p) / sign);
    const unsigned step = random() % 6;
    return kind == 3 || step > 1 || !std::isfinite(c)
               ? c
               : std::nextafter(c, step ? HUGE_VALF : -HUGE_VALF);
  }

private:
  std::mt19937_64 &random;
  std::normal_distribution<double> normal;
};

std::vector<Point> pointsFor(const Drawn &drawn, std::mt19937_64 &random) {
  constexpr unsigned count = 480;
  Inputs inputs(random);
  std::vector<Point> points;
  for (unsigned i = 0; i < count; ++i) {
    const float x = inputs.number(i), b = inputs.number(unsigned(random()));
    const double p = drawn.product.value(x, b);
    points.push_back({x, b, i % 5 ? inputs.solved(p, drawn.sum.sign) : inputs.number(i / 5)});
  }
  // Infinity beside what overflows, and as a factor of what fades, is another matter.
  std::erase_if(points, [](const Point &point) {
    const auto any = [&](auto holds) { return std::ranges::any_of(point, holds); };
    return any([](float x) { return std::isnan(x); }) || std::isinf(point[1]) ||
           (any([](float x) { return std::isinf(x); }) &&
            any([](float x) { return std::isfinite(x) && std::fabs(x) > 0x1p30f; }));
  });
  return points;
}

TEST(SumsInPairs, AreRightOrSaidToBeWrongWhereTermsCancel) {
  const std::uint64_t first = setting("XPHI_SUMS_SEED", 1),
                      programs = setting("XPHI_SUMS_PROGRAMS", 60);
  JudgementCount count;
  std::uint64_t inPairs = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    std::mt19937_64 random(seed);
    const Drawn program = drawn(random);
    const Judgement judged = judge(program.text, pointsFor(program, random));
    count.add(judged.kind);
    EXPECT_NE(judged.kind, Judgement::Kind::Silent)
        << "seed " << seed << ": " << program.text << "\n"
        << judged.text();
    const Result<std::string> stage = uncachedEngine().emit(program.text, "stage:approx", {});
    inPairs += stage && stage->find("numbers = pairs") != std::string::npos;
    std::fflush(stdout);
  }
  std::printf("%s; of %llu the value is in pairs\n", count.text("functions of sums").c_str(),
              static_cast<unsigned long long>(inPairs));
  EXPECT_GE(count.right, 0.95 * count.all);
  EXPECT_GT(inPairs, 0u);
}

} // namespace
} // namespace xphi::numerics
