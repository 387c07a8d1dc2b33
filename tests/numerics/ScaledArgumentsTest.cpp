// Functions of scaled and shifted inputs, and arithmetic that overflows on the way, against Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice. XPHI_SCALED_PROGRAMS: how many of each kind and target.
// XPHI_SCALED_SEED: the first one's seed, the others follow.
#include "Dice.h"
#include "NearestElements.h"
#include "UncachedEngine.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

namespace xphi::numerics {
namespace {

using compiler::Column;

std::string replaced(std::string text, const std::string &with) {
  return xphi::replaced(std::move(text), '#', with);
}

std::string decimal(double number) {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%.6g", number);
  return number < 0 ? "(" + std::string(text.data()) + ")" : text.data();
}

/// Numbers of all magnitudes, one of `step` powers of two, zeros and infinities.
void addExtremes(Column &inputs, Dice &dice, int step) {
  for (int exponent = -149; exponent < 128; exponent += step)
    inputs.push_back(float(std::ldexp(dice() % 2 ? 1.0 : -1.0, exponent)));
  for (const double special : {0.0, -0.0, HUGE_VAL, -HUGE_VAL})
    inputs.push_back(special);
}

const std::array targets = {"x86-64-v4", "x86-64-v3"};

struct Scaled : testing::TestWithParam<const char *> {
  void SetUp() override {
    if (std::string_view(GetParam()) == "x86-64-v4" && *hostTarget() != GetParam())
      GTEST_SKIP() << "this machine has no " << GetParam();
  }
};

/// From 1 to where nothing is left, on both sides, and beyond all floats.
TEST_P(Scaled, ArgumentsKeepThePromise) {
  constexpr std::array functions = {"exp(#)",      "expm1(#)",        "sigmoid(#)", "softplus(#)",
                                    "tanh(#)",     "sech(#)^2",       "phi(#)",     "exp(-(#)^2)",
                                    "sigmoid(-#)", "log(1 + exp(#))", "erf(#)",     "silu(#)",
                                    "exp(-abs(#))"};
  constexpr std::array arounds = {"#",         "#",       "x * #",    "alpha * #",
                                  "# / alpha", "1 - (#)", "0.25 * #", "if x > 0 then # else x"};
  const std::uint64_t first = setting("XPHI_SCALED_SEED", 1),
                      programs = setting("XPHI_SCALED_PROGRAMS", 10);
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const double scale = std::exp(dice.between(std::log(0.05), std::log(100))),
                 shift = dice.between(-3, 3);
    const std::array arguments = {decimal(scale) + " * x",
                                  "x / " + decimal(scale),
                                  std::string("alpha * x"),
                                  std::string("x / alpha"),
                                  "(x - mu) / " + decimal(scale),
                                  decimal(scale) + " * (x - mu)",
                                  decimal(scale) + " * x + " + decimal(shift),
                                  decimal(shift) + " - x / " + decimal(scale),
                                  "alpha * x - " + decimal(shift),
                                  "-(x / alpha + " + decimal(shift) + ")",
                                  "x - " + decimal(shift)};
    const std::size_t which = dice() % arguments.size();
    const std::string text =
        "def f(x; alpha = " + decimal(scale) + ", mu = " + decimal(shift) + ") = " +
        replaced(dice.oneOf(arounds),
                 replaced(dice.oneOf(functions), "(" + arguments[which] + ")"));
    const bool isDivided = arguments[which].find('/') != std::string::npos;
    const double by = which + 1 == arguments.size() ? 1 : isDivided ? 1 / scale : scale;
    Column inputs;
    for (int i = 0; i < 400; ++i)
      inputs.push_back(float((i % 4 == 0   ? dice.between(-112, 112)
                              : i % 4 == 1 ? 12 * dice.normal()
                                           : 2 * dice.normal()) /
                             by));
    addExtremes(inputs, dice, 3);
    SCOPED_TRACE("seed " + std::to_string(seed));
    expectPromised(text, {{ElementType::F32}, ElementType::F32}, {inputs},
                   {.target = GetParam(), .parameterSet = dice() % 2});
  }
}

/// From where nothing is left to where the inner one fades, and at ordinary inputs.
TEST_P(Scaled, FunctionsOfFunctionsKeepThePromise) {
  constexpr std::array outer = {"exp(-@)",     "exp(-0.5 * @)", "exp(-alpha * @)", "sigmoid(@)",
                                "sigmoid(-@)", "sech(@)^2",     "exp(@)",          "1 - exp(-@)"};
  constexpr std::array inner = {"exp(#)",    "exp(-#)",   "sigmoid(#)", "exp(#) * sigmoid(#)",
                                "sech(#)^2", "x * exp(#)"};
  constexpr std::array arounds = {"@", "@", "x * @", "@ / alpha", "@ * tanh(#)", "@ * expm1(#)"};
  const std::uint64_t first = setting("XPHI_SCALED_SEED", 1),
                      programs = setting("XPHI_SCALED_PROGRAMS", 10);
  std::uint64_t inPairs = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const double scale = std::exp(dice.between(std::log(0.2), std::log(5)));
    const std::string argument = dice() % 2 ? "x" : "(" + decimal(scale) + " * x)",
                      of = replaced(dice.oneOf(inner), argument);
    const std::string whole = xphi::replaced(dice.oneOf(outer), '@', "(" + of + ")"),
                      body = xphi::replaced(replaced(dice.oneOf(arounds), argument), '@',
                                            "(" + whole + ")");
    const std::string text = "def f(x; alpha = 1.75) = " + body;
    Column inputs;
    for (int i = 0; i < 400; ++i)
      inputs.push_back(float((i % 8 == 0 ? dice.between(-112, 112) : 2.5 * dice.normal()) /
                             (i % 2 ? 1 : scale)));
    addExtremes(inputs, dice, 5);
    SCOPED_TRACE("seed " + std::to_string(seed));
    expectPromised(text, {{ElementType::F32}, ElementType::F32}, {inputs},
                   {.target = GetParam(), .parameterSet = dice() % 2});
    const Result<std::string> stage =
        uncachedEngine().emit(text, "stage:approx", {.target = GetParam()});
    inPairs += stage && stage->find("numbers = pairs") != std::string::npos;
  }
  EXPECT_GT(inPairs, 0u) << "of " << programs;
}

/// Inputs and what stands for parameters are of all magnitudes.
TEST_P(Scaled, ArithmeticThatOverflowsOnTheWayKeepsThePromise) {
  constexpr std::array texts = {"x / sqrt(1 + a^2 * x^2)",
                                "if x >= 0 then x else x / sqrt(1 + a^2 * x^2)",
                                "x / (1 + abs(a * x))",
                                "1 / (1 + # * x^2)",
                                "x^2 / (x^2 + #)",
                                "sqrt(x^2 + #)",
                                "(x - a) / (1 + (x - a)^2)",
                                "x^3 / (1 + x^4)",
                                "1 / (# + a^2 * x^4)",
                                "a^2 * x^2 + #",
                                "x / (# + x^2 * (1 + x^2))",
                                "log(1 + # * x^2)",
                                "a * x / sqrt(# + a^2 + x^2)",
                                "(x * a)^2 / (1 + (x * a)^2)"};
  const std::uint64_t first = setting("XPHI_SCALED_SEED", 1),
                      programs = setting("XPHI_SCALED_PROGRAMS", 10);
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::string text =
        "def f(x, a) = " +
        replaced(dice.oneOf(texts), decimal(std::exp(dice.between(std::log(0.01), std::log(100)))));
    std::vector<Column> inputs(2);
    for (int i = 0; i < 600; ++i) {
      const auto drawn = [&] {
        const double size = i % 3 == 0   ? 0
                            : i % 3 == 1 ? dice.between(-60, 60)
                                         : dice.between(-149, 127.9);
        return double(float(dice.normal() * std::exp2(size)));
      };
      const double x = drawn(), a = drawn();
      if (!std::isfinite(x) || !std::isfinite(a))
        continue;
      inputs[0].push_back(x);
      inputs[1].push_back(a);
    }
    SCOPED_TRACE("seed " + std::to_string(seed));
    expectPromised(text, {{ElementType::F32, ElementType::F32}, ElementType::F32}, inputs,
                   {.target = GetParam()});
  }
}

/// A product that is rounded with a sum is off by half of the least float, where the other term is
/// no larger: sqrt(x^2 + z) at z = 0 was 0 at 10^-30.
TEST_P(Scaled, SumsWithTinyProductsKeepThePromise) {
  constexpr std::array sums = {"x * y + z", "z - x * y",     "x * y - z",
                               "x^2 + z",   "x * x * y + z", "x^2 + y * z"};
  constexpr std::array arounds = {"sqrt(abs(#))", "1 / sqrt(abs(#))",
                                  "sqrt(#) + x",  "# * 1e20",
                                  "# * w",        "w / #",
                                  "x / sqrt(#)",  "# * #",
                                  "x + # * w",    "max(#, z) * w",
                                  "cbrt(#)",      "# / x"};
  const std::uint64_t first = setting("XPHI_SCALED_SEED", 1),
                      programs = setting("XPHI_SCALED_PROGRAMS", 10);
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::string text =
        "def f(x, y, z, w) = " + replaced(dice.oneOf(arounds), "(" + dice.oneOf(sums) + ")");
    std::vector<Column> inputs(4);
    for (int i = 0; i < 600; ++i)
      for (std::size_t input = 0; input < inputs.size(); ++input) {
        const double size = input == 3   ? dice.between(0, 120)
                            : i % 3 == 0 ? dice.between(-125, 20)
                                         : dice.between(-80, -50);
        const double sign = dice() % 2 ? 1 : -1;
        const bool isZero = input == 2 && i % 4 != 0;
        inputs[input].push_back(isZero ? 0 : float(sign * std::exp2(size)));
      }
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    expectPromised(text, {std::vector(4, ElementType::F32), ElementType::F32}, inputs,
                   {.target = GetParam()});
  }
}

/// Parameters of any size, which no check has seen: what is tiny on the way may be made large
/// again.
TEST_P(Scaled, ParametersOfAnySizeKeepThePromise) {
  constexpr std::array arguments = {"(a * x) * x", "a * (x * x)", "2.7 * (a * (x * x))",
                                    "0.3 * a * x", "a * b * x",   "a / b * x",
                                    "(x * x) * a", "a * x + b",   "a * (x - b)",
                                    "a^2 * x",     "x * x + a",   "1.7 * a * x + b"};
  constexpr std::array arounds = {"#",      "cos(#)",  "sin(#)",     "exp(-abs(#))", "sigmoid(#)",
                                  "phi(#)", "tanh(#)", "x * Phi(#)", "sqrt(abs(#))", "softplus(#)"};
  const std::uint64_t first = setting("XPHI_SCALED_SEED", 1),
                      programs = setting("XPHI_SCALED_PROGRAMS", 10);
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::string text = "def f(x; a = 0.7, b = 1.3) = " +
                             replaced(dice.oneOf(arounds), "(" + dice.oneOf(arguments) + ")");
    Way way{.target = GetParam()};
    for (int set = 0; set < 8; ++set) {
      const auto drawn = [&](double most) {
        return float((dice() % 2 ? 1 : -1) * std::exp2(dice.between(-most, most)));
      };
      way.parameters = {drawn(set % 2 ? 126 : 30), set % 3 == 0 ? 0 : drawn(set % 2 ? 126 : 10)};
      // Numbers of all magnitudes, and those that bring the argument back to common ones.
      Column inputs;
      for (int i = 0; i < 60; ++i) {
        const double size = std::fabs(way.parameters[0]);
        inputs.push_back(i % 3 == 0   ? drawn(120)
                         : i % 3 == 1 ? float(dice.normal() / size)
                                      : float(8 * dice.normal() / std::sqrt(size)));
      }
      std::erase_if(inputs, [](double x) { return !std::isfinite(x) || x == 0; });
      SCOPED_TRACE("seed " + std::to_string(seed) +
                   ": a, b = " + testing::PrintToString(way.parameters));
      expectPromised(text, {{ElementType::F32}, ElementType::F32}, {inputs}, way);
    }
  }
}

/// Sines and cosines in products and in sums that may cancel, of parameters of any size: zero,
/// tiny, huge and negative ones, too, and of arguments next to multiples of π/2.
TEST_P(Scaled, WavesKeepThePromise) {
  constexpr std::array arguments = {"a * x", "a * x", "x", "a * x + b", "x / a", "2 * a * x"};
  constexpr std::array arounds = {"x + sin(#)^2 / a",
                                  "x + sin(#)^2 / b",
                                  "sin(#) * exp(-x^2 / 2)",
                                  "cos(#) * exp(-(b * x)^2)",
                                  "sin(#) + b * x",
                                  "x + b * cos(#)",
                                  "x * sin(#)",
                                  "b * sin(#) * cos(#)",
                                  "x - sin(#)",
                                  "min(x, sin(#))",
                                  "(1 + b * cos(#)) * x",
                                  "sin(#) / (1 + x^2)",
                                  "sin(#)^2 + b * cos(#)"};
  const std::uint64_t first = setting("XPHI_SCALED_SEED", 1),
                      programs = setting("XPHI_SCALED_PROGRAMS", 20);
  std::uint64_t inPairs = 0, fine = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::string argument = dice.oneOf(arguments);
    const std::string text =
        "def f(x; a = 1.7, b = 0.3) = " + replaced(dice.oneOf(arounds), "(" + argument + ")");
    Way way{.target = GetParam()};
    for (int set = 0; set < 6; ++set) {
      const auto drawn = [&](double most) {
        return float((dice() % 2 ? 1 : -1) * std::exp2(dice.between(-most, most)));
      };
      way.parameters = {drawn(set % 2 ? 100 : 3), set % 3 == 0 ? 0 : drawn(set % 2 ? 100 : 3)};
      Column inputs;
      for (int i = 0; i < 160; ++i) {
        const double size = argument == "x / a" ? 1 / way.parameters[0] : way.parameters[0],
                     quarters = std::floor(dice.between(-20, 20)) * std::numbers::pi / 2;
        inputs.push_back(float(i % 8 == 0   ? drawn(120)
                               : i % 8 == 1 ? 1000 * dice.normal()
                               : i % 4 == 2 ? quarters / size
                               : i % 4 == 3 ? dice.normal()
                                            : 3 * dice.normal() / size));
      }
      std::erase_if(inputs, [](double x) { return !std::isfinite(x) || x == 0; });
      SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text +
                   ", a, b = " + testing::PrintToString(way.parameters));
      expectPromised(text, {{ElementType::F32}, ElementType::F32}, {inputs}, way);
    }
    const Result<std::string> stage =
        uncachedEngine().emit(text, "stage:approx", {.target = GetParam()});
    inPairs += stage && stage->find("numbers = pairs") != std::string::npos;
    fine += stage && stage->find(", fine}") != std::string::npos;
  }
  EXPECT_GT(inPairs, 0u) << "of " << programs;
  EXPECT_GT(fine, 0u) << "of " << programs;
}

/// Errors of both factors count.
TEST_P(Scaled, ProductsOfFunctionsKeepThePromise) {
  constexpr std::array functions = {"sigmoid(#)",    "Phi(#)",       "exp(-#^2)", "softplus(#)",
                                    "tanh(#)",       "silu(#)",      "gelu(#)",   "1 / (1 + #^2)",
                                    "sqrt(1 + #^2)", "exp(0.5 * #)", "cos(#)",    "tanh(2.5 * #)"};
  constexpr std::array arounds = {"@ * $", "0.7 * @ * $", "@ / (1 + $^2)", "x * @ * $",
                                  "@ * $ * sqrt(1 + x^2)"};
  const std::uint64_t first = setting("XPHI_SCALED_SEED", 1),
                      programs = setting("XPHI_SCALED_PROGRAMS", 10);
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    std::string text = "def f(x, y) = " + dice.oneOf(arounds);
    text.replace(text.find('@'), 1, "(" + replaced(dice.oneOf(functions), "x") + ")");
    text.replace(text.find('$'), 1, "(" + replaced(dice.oneOf(functions), "y") + ")");
    std::vector<Column> inputs(2);
    for (int i = 0; i < 500; ++i)
      for (Column &column : inputs)
        column.push_back(float((i % 5 == 0 ? 8 : 2) * dice.normal()));
    SCOPED_TRACE("seed " + std::to_string(seed));
    expectPromised(text, {{ElementType::F32, ElementType::F32}, ElementType::F32}, inputs,
                   {.target = GetParam()});
  }
}

/// A slope that has faded is what it is where dy makes the product large.
TEST_P(Scaled, SlopesThatFadeHaveTheirDigitsUnderALargeGradient) {
  for (const double scale : {1.7, 20.0, 50.0}) {
    const std::string c = decimal(scale);
    CompileOptions options;
    options.target = GetParam();
    const Result<Kernel> exponential =
                             uncachedEngine().compile("exp(" + c + " * x) / " + c, options),
                         softplus =
                             uncachedEngine().compile("softplus(" + c + " * x) / " + c, options);
    ASSERT_TRUE(exponential && softplus);
    std::vector<float> x;
    for (double u = -130; u < -60; u += 0.37)
      x.push_back(float(u / scale));
    constexpr float large = 0x1p64f;
    const std::vector<float> dy(x.size(), large);
    std::vector<float> dx(x.size());
    for (const Kernel &kernel : {*exponential, *softplus}) {
      ASSERT_TRUE(kernel.backward(x, dy, dx));
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double truth = std::exp(scale * double(x[i])) * double(large),
                     ulp = std::ldexp(1.0, std::max(std::ilogb(truth), -126) - 23);
        EXPECT_LE(std::fabs(double(dx[i]) - truth), 4.5 * ulp) << c << " at " << x[i];
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Arguments, Scaled, testing::ValuesIn(targets),
                         [](const auto &tested) { return std::string(tested.param).substr(7); });

} // namespace
} // namespace xphi::numerics
