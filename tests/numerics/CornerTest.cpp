// Slopes where a function has a corner: of the kernel and of the interpreter, the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is expected is what PyTorch 2.15 gives for the same expression, or the true slope where the
// function has one.
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace xphi::numerics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Corner {
  const char *text;
  double x, slope;
  int order = 1;
};

float kernelSlope(const std::string &text, double x, int order) {
  CompileOptions options;
  options.order = unsigned(order);
  options.backward = false;
  const Result<Kernel> kernel = uncachedEngine().compile(text, options);
  EXPECT_TRUE(kernel) << text << ": " << kernel.error().render();
  const std::vector<float> in = {float(x)};
  std::vector<float> out = {0};
  EXPECT_TRUE(kernel->forward(in, out));
  return out[0];
}

double interpretedSlope(const std::string &text, double x, int order) {
  const dsl::ParseResult parsed = dsl::analyse({"corner", text}, &lib::library());
  EXPECT_TRUE(parsed) << parsed.render();
  const std::vector<double> inputs = {x};
  const std::vector<std::uint32_t> variables(std::size_t(order), 0);
  const std::vector<double> parameters =
      dsl::defaultParameters(*parsed.program, parsed.program->entry());
  dsl::DoubleArithmetic doubles;
  return dsl::evaluateDerivative(
      *parsed.program, parsed.program->entry(), std::span<const double>(inputs),
      std::span<const double>(parameters), std::span<const std::uint32_t>(variables), doubles);
}

void expectSlope(const Corner &corner) {
  if (std::isinf(corner.slope)) { // numbers, unlike formulas, meet zero times infinity on the way
    EXPECT_EQ(kernelSlope(corner.text, corner.x, corner.order), corner.slope) << corner.text;
    return;
  }
  const double tolerance = 1e-6 * (1 + std::fabs(corner.slope));
  EXPECT_NEAR(kernelSlope(corner.text, corner.x, corner.order), corner.slope, tolerance)
      << corner.text << " at " << corner.x;
  EXPECT_NEAR(interpretedSlope(corner.text, corner.x, corner.order), corner.slope, tolerance)
      << corner.text << " at " << corner.x << ", interpreted";
}

/// A sign and a magnitude of x times parameters, whatever the factors and their order.
TEST(Corner, SignsOfProductsMeetMagnitudesOfProducts) {
  struct Product {
    const char *text;
    double factor;
  };
  constexpr double b = 3, c = -0.5;
  constexpr Product products[] = {
      {"x", 1},       {"b * x", b},           {"x * b", b},         {"x / b", 1 / b},
      {"-c * x", -c}, {"c * (x * b)", b * c}, {"x / c * b", b / c}, {"2 * (c * x)", 2 * c}};
  constexpr const char *functions[] = {"log1p(abs(M))", "expm1(abs(M))", "tanh(abs(M) / 2) * 2"};
  std::size_t made = 0;
  for (const Product &sign : products)
    for (const Product &magnitude : products) {
      const char *function = functions[made++ % std::size(functions)];
      const std::string text = "def f(x; b = 3, c = -0.5) = sign(" + std::string(sign.text) +
                               ") * " + replaced(function, 'M', magnitude.text);
      expectSlope({text.c_str(), 0, std::copysign(magnitude.factor, sign.factor)});
    }
}

TEST(Corner, MaxAndMinSplitATie) {
  for (const Corner &corner : std::vector<Corner>{
           {"max(x, 0)", 0, 0.5},
           {"max(0, x)", 0, 0.5},
           {"min(x, 0)", 0, 0.5},
           {"max(0, x) + min(0, exp(x) - 1)", 0, 1},
           {"max(0, x) + 0.25 * min(0, x)", 0, 0.625},
           {"x * max(0, min(1, x / 6 + 0.5))", 3, 1.25},
           {"x * max(0, min(1, x / 6 + 0.5))", -3, -0.25},
           {"max(2 * x, x)", 0, 1.5},
           {"max(x, x)", 3, 1},
           {"min(max(x, 0), 6)", 6, 0.5},
           {"max(x, 0)^2", 0, 0},
           {"sqrt(max(x, 0))", 0, infinity},
           {"max(x, -x)", 0, 0},
       })
    expectSlope(corner);
}

TEST(Corner, ClampHasTheSlopeOfItsBounds) {
  for (const Corner &corner : std::vector<Corner>{
           {"clamp(x, -1, 1)", -1, 0},
           {"clamp(x, -1, 1)", 1, 0},
           {"clamp(x, -1, 1)", 0.5, 1},
           {"clamp(x, -inf, 1)", 1, 0},
           {"clamp(x, -1, inf)", -1, 0},
           {"clamp(x, -1, inf)", 7, 1},
           {"sqrt(clamp(x, 0, inf))", 0, 0},
           {"relu(x)", 0, 0},
           {"relu6(x)", 6, 0},
           {"hard_tanh(x)", 1, 0},
           {"def q(x) = clamp(x, -1, 1)\n  kink x = -1: 1\n  kink x = 1: 1", 1, 1},
       })
    expectSlope(corner);
}

TEST(Corner, ASignTimesAFunctionOfTheMagnitudeHasItsTrueSlope) {
  for (const Corner &corner : std::vector<Corner>{
           {"sign(x) * log(1 + abs(x))", 0, 1},
           {"log1p(abs(x)) * sign(x)", 0, 1},
           {"sign(x) * (exp(abs(x)) - 1)", 0, 1},
           {"sign(x) * (sqrt(abs(x) + 1) - 1) + 0.001 * x", 0, 0.501},
           {"sign(x) * sqrt(abs(x) + 1) - sign(x)", 0, 0.5},
           {"sign(x) * sqrt(abs(x))", 0, infinity},
           {"sign(x) * abs(x)", 0, 1},
           {"-(sign(x) * tanh(abs(x))) / 2", 0, -0.5},
           {"sign(x) * log1p(abs(2 * x))", 0, 2},
           {"sign(3 * x) * log1p(abs(-2 * x)) / 4", 0, 0.5},
           {"sign(x) * (log1p(abs(x)) + x^2)", 0, 1},
           {"sign(x) * (log1p(abs(x)) + tanh(abs(x)))", 0, 2},
           {"sin(sign(x) * log1p(abs(x)))", 0, 1},
           {"let m = log1p(abs(x)) in x + sign(x) * m", 0, 2},
           {"sign(x - 1) * expm1(abs(x - 1))", 1, 1},
           {"def f(x; beta = 3) = sign(x) * log1p(abs(beta * x))", 0, 3},
           {"sign(x) * abs(x) * (1 + x)", 0, 2, 2},
           // Where there is a corner after all, the mean of both sides.
           {"abs(x)", 0, 0},
           {"sign(x) * log1p(abs(x)) + abs(x) / 2", 0, 1},
           {"sign(x) * cosh(abs(x))", 0, 0},
           {"abs(x) * sign(x)^2", 0, 0},
       })
    expectSlope(corner);
}

/// A sign that is zero by itself, whatever x is, stays zero: only the slope of |u| brings u' along.
TEST(Corner, AZeroThatDoesNotPassThroughStaysZero) {
  for (const Corner &corner : std::vector<Corner>{
           {"sign(clamp(x, 0, inf)) * abs(clamp(x, 0, inf))", -1, 0},
           {"sign(clamp(x, 0, inf)) * sign(clamp(x, 0, inf)) * x", -1, 0},
           {"sign(x * 0) * log1p(abs(x * 0)) + x", 2, 1},
           {"sign(x^3) * log1p(abs(x^3))", 0, 0},
       })
    expectSlope(corner);
  const char *text = "def f(x; a = 1) = sign(x) * sign(x) * a";
  CompileOptions options;
  options.derivative = {"a"};
  options.backward = false;
  const Result<Kernel> kernel = uncachedEngine().compile(text, options);
  ASSERT_TRUE(kernel);
  const std::vector<float> in = {0, 1};
  std::vector<float> out(2);
  ASSERT_TRUE(kernel->forward(in, out));
  EXPECT_EQ(out, (std::vector<float>{0, 1}));
}

/// New samples of the kind: odd functions written with a sign, against the mean of the slopes on
/// both sides, which meet at 0.
TEST(Corner, RandomOddFunctionsHaveTheSlopeOfBothSides) {
  std::mt19937_64 random(3);
  auto one = [&](std::initializer_list<const char *> choices) {
    return std::string(choices.begin()[random() % choices.size()]);
  };
  for (int i = 0; i < 24; ++i) {
    const std::string u = one({"x", "-x", "x / 2", "3 * x", "x * 0.25"});
    const std::string m = "abs(" + one({"x", "x", "2 * x", "-x"}) + ")";
    const std::string g =
        one({"log1p(", "expm1(", "tanh(", "asinh(", "atan(", "erf(", "sin("}) + m + ")";
    const std::string factor = one({"1", "(1 + x^2)", "cosh(x)", "2", "(3 - abs(x))"});
    std::string text = one({"0", "1", "2"}) == "0"
                           ? g + " * " + factor + " * sign(" + u + ")"
                           : "sign(" + u + ") * (" + g + " * " + factor + ")";
    if (random() % 3 == 0)
      text = one({"tanh", "exp", "sigmoid"}) + "(" + text + ")";
    const double left = interpretedSlope(text, -0x1p-40, 1),
                 right = interpretedSlope(text, 0x1p-40, 1);
    ASSERT_NEAR(left, right, 1e-6 * (1 + std::fabs(left))) << text;
    expectSlope({text.c_str(), 0, (left + right) / 2});
  }
}

TEST(Corner, AKinkMayStandAtAParameter) {
  const char *text = "def f(x; lo = -1, hi = 1) = clamp(x, lo, hi)\n"
                     "  kink x = lo: 1\n  kink x = 2 * hi - hi: 3\n";
  const Result<Kernel> kernel = uncachedEngine().compile(text);
  ASSERT_TRUE(kernel) << kernel.error().render();
  const std::vector<float> x = {-1, 1, -2, 2, 0}, dy(5, 1.0f), parameters = {-2, 2};
  std::vector<float> dx(5);
  ASSERT_TRUE(kernel->backward(x, dy, dx, parameters));
  EXPECT_EQ(dx, (std::vector<float>{1, 1, 1, 3, 1}));
  ASSERT_TRUE(kernel->backward(x, dy, dx));
  EXPECT_EQ(dx, (std::vector<float>{1, 3, 0, 0, 1}));
}

/// Odd powers keep the sign of a zero, as the mathematics does and pow of C.
TEST(Corner, AnOddPowerOfMinusZeroIsMinusZero) {
  for (int exponent : {1, 3, 5, 63, 65, 101, 1001, 64, 100, -1, -65, -101, -100}) {
    const Result<Kernel> kernel = uncachedEngine().compile("x^" + std::to_string(exponent));
    ASSERT_TRUE(kernel);
    const std::vector<float> in = {-0.0f, 0.0f, -1, -2};
    std::vector<float> out(4);
    ASSERT_TRUE(kernel->forward(in, out));
    for (std::size_t i = 0; i != in.size(); ++i) {
      const float expected = float(std::pow(double(in[i]), exponent));
      EXPECT_EQ(std::signbit(out[i]), std::signbit(expected)) << in[i] << '^' << exponent;
      if (expected == 0 || std::isinf(expected))
        EXPECT_EQ(out[i], expected) << in[i] << '^' << exponent;
      else
        EXPECT_NEAR(out[i] / expected, 1, 1e-5f) << in[i] << '^' << exponent;
    }
  }
}

/// What a choice compares decides, not what is near it, and NaN wins against nothing.
TEST(Corner, ChoicesOfNoNumberAndOfTinyOnes) {
  const std::vector<float> in = {std::numeric_limits<float>::quiet_NaN(), 2e-20f, -2e-20f, 0};
  auto values = [&](const char *text) {
    const Result<Kernel> kernel = uncachedEngine().compile(text);
    EXPECT_TRUE(kernel) << text;
    std::vector<float> out(in.size());
    EXPECT_TRUE(kernel->forward(in, out));
    return out;
  };
  for (const char *text : {"max(1, x)", "max(x, 1)", "min(1, x)", "min(x, 1)", "clamp(x, 0, 1)",
                           "max(x, x * x)", "min(x * x, x)"})
    EXPECT_TRUE(std::isnan(values(text)[0])) << text;
  // Products of what lies beyond 1e-20 on either side must not be made as if it were not there.
  for (const char *text : {"if x >= 1e-20 or x <= -1e-20 then x * x * 1e38 * 100 else 0",
                           "if not (x < 1e-20 and x > -1e-20) then x * x * 1e38 * 100 else 0",
                           "if x > 5 or x >= 1e-20 or x < 0 then x * x * 1e38 * 100 else 0"}) {
    const std::vector<float> out = values(text);
    EXPECT_NEAR(out[1], 4, 1e-5) << text;
    EXPECT_NEAR(out[2], 4, 1e-5) << text;
    EXPECT_EQ(out[3], 0) << text;
  }
}

/// What holds in one branch of an `or` is not known in the other: there x may be anything, and its
/// square leave the range of f32.
TEST(Corner, AnAlternativeSaysNothingOfOneInput) {
  for (const char *condition :
       {"(x >= LOW and x <= HIGH) or y != 3", "y != 3 or (x <= HIGH and x >= LOW)",
        "not ((x < LOW or x > HIGH) and y == 3)", "y < 3 or (LOW <= x and x <= HIGH) or y > 3",
        "not (x < LOW or x > HIGH) or not (y == 3)",
        "if y != 3 then y != 3 else x >= LOW and x <= HIGH"}) {
    // Floats: a condition on others is decided in double anyway.
    std::string holds = condition;
    for (const auto &[name, number] :
         {std::pair("LOW", "9.31322574615478515625e-10"), std::pair("HIGH", "1073741824")})
      holds.replace(holds.find(name), std::string_view(name).size(), number);
    const std::string text = "def f(x, y) = if " + holds + " then x * x * y else 7";
    const std::string other = "def f(x, y) = if not (" + holds + ") then 7 else x * x * y";
    for (const std::string &each : {text, other}) {
      const Result<Kernel> kernel = uncachedEngine().compile(each);
      ASSERT_TRUE(kernel) << each << kernel.error().render();
      const std::vector<float> x = {1e-25f, 1e25f, 0.5f}, y = {1e38f, 1e-30f, 2};
      std::vector<float> out(3);
      ASSERT_TRUE(kernel->forward({x, y}, out));
      for (std::size_t i = 0; i != x.size(); ++i)
        EXPECT_NEAR(out[i] / (double(x[i]) * x[i] * y[i]), 1, 1e-6) << each << " at " << x[i];
    }
  }
}

/// d/dy x^y at (0, 0): 0^y is flat from y = 0 on.
TEST(Corner, APowerOfZeroIsFlatInItsExponent) {
  CompileOptions options;
  options.derivative = {"y"};
  options.backward = false;
  const Result<Kernel> kernel = uncachedEngine().compile("def f(x, y) = x^y", options);
  ASSERT_TRUE(kernel);
  const std::vector<float> x = {0, 0, 0, 2, -0.0f}, y = {0, 2, 0.5f, 1, 0};
  std::vector<float> out(5);
  ASSERT_TRUE(kernel->forward({x, y}, out));
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(out[1], 0);
  EXPECT_EQ(out[2], 0);
  EXPECT_NEAR(out[3], 2 * std::log(2.0), 1e-6);
  EXPECT_EQ(out[4], 0);
}

/// Where a branch of the derivative is the number 0 nothing passes but NaN: whatever dy is.
TEST(Corner, NothingButNanPassesWhereASlopeIsChosenToBeZero) {
  struct Flat {
    const char *text;
    float flat, sloping, slope;
  };
  const float nan = std::nanf("");
  const Flat table[] = {
      {"relu", -1, 2, 1},
      {"relu6", 7, 2, 1},
      {"hard_tanh", -3, 0.5f, 1},
      {"hard_swish", -4, 5, 1},
      {"hard_sigmoid", 4, 1, 1.0f / 6},
      {"if x < 0 then 0 else x^2", -2, 3, 6},
      {"if x < 0 then x else if x > 4 then 7 else x^2", 5, 3, 6},
      {"if x < -1 then 2 else x * sigmoid(x)", -2, 0, 0.5f},
  };
  for (const Flat &each : table) {
    const Result<Kernel> kernel = uncachedEngine().compile(each.text);
    ASSERT_TRUE(kernel) << each.text << kernel.error().render();
    const float inf = HUGE_VALF;
    const std::vector<float> x = {each.flat,    each.flat,    each.flat,    each.flat, each.sloping,
                                  each.sloping, each.sloping, each.sloping, nan,       nan},
                             dy = {inf, -inf, -3, nan, inf, -inf, -3, nan, 0, inf};
    std::vector<float> dx(x.size());
    ASSERT_TRUE(kernel->backward(x, dy, dx));
    EXPECT_EQ(std::vector<float>(dx.begin(), dx.begin() + 3), (std::vector<float>{0, 0, 0}))
        << each.text;
    EXPECT_EQ(dx[4], inf) << each.text;
    EXPECT_EQ(dx[5], -inf) << each.text;
    EXPECT_FLOAT_EQ(dx[6], -3 * each.slope) << each.text;
    for (std::size_t i : {3u, 7u, 8u, 9u})
      EXPECT_TRUE(std::isnan(dx[i])) << each.text << ", " << x[i] << " and " << dy[i];
  }
}

/// At infinity a slope is a limit, and dy multiplies it.
TEST(Corner, SlopesAtInfinityAreMultipliedByDy) {
  struct Slopes {
    const char *text;
    float below, above;
  };
  for (const Slopes &each : std::vector<Slopes>{{"x * sigmoid(1.3 * x)", 0, 1},
                                                {"x * Phi(x / 3)", 0, 1},
                                                {"sqrt(x^2 + 1)", -1, 1},
                                                {"3 * x - x / (1 + exp(-x))", 3, 2},
                                                {"x^2 / (1 + x)", 1, 1}}) {
    const Result<Kernel> kernel = uncachedEngine().compile(each.text);
    ASSERT_TRUE(kernel) << each.text << kernel.error().render();
    const float inf = HUGE_VALF;
    const std::vector<float> x = {inf, inf, inf, -inf, -inf, -inf}, dy = {1, 3, -0.5f, 1, 3, -0.5f};
    std::vector<float> dx(x.size());
    ASSERT_TRUE(kernel->backward(x, dy, dx));
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_EQ(dx[i], dy[i] * (x[i] > 0 ? each.above : each.below))
          << each.text << " at " << x[i] << " with " << dy[i];
  }
}

} // namespace
} // namespace xphi::numerics
