// NaN is passed on from every input, also where it is only compared, and made outside a domain.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <regex>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

const std::vector<std::string> names = {"a", "b", "c", "d", "k"};

/// The function of so many inputs at rows of which all but the first hold NaN, in every set of
/// inputs.
void expectNan(const std::string &body, std::size_t count) {
  std::string text = "def f(";
  for (std::size_t i = 0; i < count; ++i)
    text += (i ? ", " : "") + names[i];
  text += ") = " + body;
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  const Result<Kernel> kernel = uncachedEngine().compile(text, options);
  ASSERT_TRUE(kernel) << text << kernel.error().render();
  for (float other : {0.75f, -2.0f}) {
    const std::size_t rows = std::size_t(1) << count;
    std::vector<std::vector<float>> inputs(count, std::vector<float>(rows, other)), slopes = inputs;
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t i = 0; i < count; ++i)
        if (row >> i & 1)
          inputs[i][row] = row % 3 ? NAN : -NAN;
    std::vector<float> y(rows);
    const std::vector<float> ones(rows, 1.0f);
    const std::vector<Kernel::Input> in(inputs.begin(), inputs.end());
    const std::vector<Kernel::Output> out(slopes.begin(), slopes.end());
    ASSERT_TRUE(kernel->forward(in, y));
    ASSERT_TRUE(kernel->gradients(in, ones, out));
    EXPECT_FALSE(std::isnan(y[0])) << text;
    for (std::size_t row = 1; row < rows; ++row) {
      EXPECT_TRUE(std::isnan(y[row])) << text << ", NaN in " << row << ", else " << other;
      for (std::size_t i = 0; i < count; ++i)
        EXPECT_TRUE(std::isnan(slopes[i][row]))
            << text << ", slope in " << names[i] << ", NaN in " << row << ", else " << other;
    }
  }
}

constexpr const char *predicates[] = {"<", "<=", ">", ">=", "==", "!="};

TEST(Nan, IsNotLostByAnyComparison) {
  for (const char *each : predicates) {
    const std::string predicate = each;
    for (const std::string &condition : {"a " + predicate + " 0.5", "0.5 " + predicate + " a",
                                         "not (a " + predicate + " 0.5)", "a " + predicate + " a"})
      for (const char *branches : {"1 else 2", "a else 2", "1 else a", "a else -a"})
        expectNan("if " + condition + " then " + branches, 1);
  }
}

// What is one number where it is fitted, too.
TEST(Nan, IsNotLostWhereAllIsOneNumber) {
  for (const char *inner : {"sin(exp(a))", "erf(exp(a))", "cos(sinh(a))", "tanh(a^3)",
                            "sigmoid(exp(a))", "sin(a * a)", "Phi(expm1(a))", "erf(a + a^5)"})
    for (const char *bound : {"1.5", "7"}) {
      expectNan(std::string("max(") + inner + ", " + bound + ")", 1);
      expectNan(std::string("min(-") + bound + ", -abs(" + inner + "))", 1);
    }
}

TEST(Nan, IsNotLostInAnyOfSeveralInputs) {
  for (std::size_t count = 2; count <= names.size(); ++count) {
    std::string all, sum = "0", largest = "a";
    for (std::size_t i = 0; i < count; ++i) {
      all += (i ? " and " : "") + names[i] + " > 0.5";
      sum += " + (if " + names[i] + " > 0 then 1 else 0)";
      largest = "max(" + largest + ", " + names[i] + ")";
    }
    expectNan("if " + all + " then 1 else 2", count);
    expectNan(sum, count);
    expectNan(largest, count);
    expectNan("if " + all + " then " + names[count - 1] + " else 3", count);
  }
}

struct Outside {
  const char *text;
  float x;
};

const Outside outside[] = {
    {"sqrt(x)", -1},
    {"rsqrt(x)", -2},
    {"log(x)", -1},
    {"log2(x)", -0.5f},
    {"log10(x)", -3},
    {"log1p(x)", -2},
    {"acosh(x)", 0.5f},
    {"acosh(x)", -3},
    {"atanh(x)", 2},
    {"asin(x)", 1.5f},
    {"acos(x)", -1.5f},
    {"logit(x)", 2},
    {"log1mexp(x)", 1},
    {"x^0.3", -2},
    {"x^1.5", -0.25f},
    {"x^(-0.5)", -2},
    {"x^(-1.7)", -100},
    {"(-2)^x", 0.5f},
    {"(x - 1)^(x / 8)", -4},
    {"x^x", -0.5f},
    {"max(x, sqrt(-3))", 1},
    {"max(sqrt(-3), x)", 1},
    {"min(x, log(-1))", -1},
    {"clamp(x, 0/0, 1)", 0.5f},
    {"sqrt(max(x, -3))", -1},
    {"log(min(x, 7))", -1e-30f},
    {"sqrt(x - 1) * sqrt(x - 1)", 0},
};

/// Each alone, and in its turn with something around it.
TEST(Nan, IsWhatFunctionsGiveOutsideTheirDomain) {
  static constexpr const char *surroundings[] = {"F + 1", "x * (F)", "max(F, 3)",
                                                 "if x < 1e30 then F else 0"};
  std::size_t turn = 0;
  for (const Outside &each : outside)
    for (const char *around : {"F", surroundings[turn++ % std::size(surroundings)]}) {
      std::string text = around;
      text.replace(text.find('F'), 1, each.text);
      const Result<Kernel> kernel = uncachedEngine().compile(text);
      ASSERT_TRUE(kernel) << text << kernel.error().render();
      const std::vector<float> x(9, each.x);
      std::vector<float> y(x.size());
      ASSERT_TRUE(kernel->forward(x, y));
      EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[8])) << text << " at " << each.x << ": " << y[0];
    }
}

/// New samples: conditions and choices made by chance.
class Generator {
public:
  explicit Generator(std::uint64_t seed, std::size_t count) : random(seed), count(count) {}

  std::string choice(int depth) {
    if (depth == 0)
      return random() % 2 ? input() : std::to_string(random() % 3);
    return "(if " + condition(depth) + " then " + choice(depth - 1) + " else " + choice(depth - 1) +
           ")";
  }

private:
  std::string input() { return names[random() % count]; }
  std::string condition(int depth) {
    const std::string one = input() + " " + predicates[random() % 6] + " " +
                            (random() % 3 ? std::to_string(random() % 3) : input());
    switch (depth > 1 ? random() % 4 : 3) {
    case 0:
      return "(" + one + " and " + condition(depth - 1) + ")";
    case 1:
      return "(" + one + " or " + condition(depth - 1) + ")";
    case 2:
      return "not (" + one + ")";
    default:
      return one;
    }
  }

  std::mt19937_64 random;
  std::size_t count;
};

TEST(Nan, IsNotLostByChoicesMadeByChance) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::size_t count = 1 + seed % 4;
    expectNan(Generator(seed, count).choice(1 + int(seed % 3)), count);
  }
}

/// What has a number where `argument` is not negative, which doubles tell of floats.
struct Root {
  std::string text;
  double (*argument)(double x, double c);
};

Root rootMadeByChance(std::mt19937_64 &random, double &c) {
  static constexpr const char *functions[] = {"sqrt(U)", "log(U)",     "(U)^0.5",  "(U)^1.5",
                                              "log2(U)", "(U)^(-0.5)", "rsqrt(U)", "1 / sqrt(U)"};
  static const Root arguments[] = {{"x", [](double x, double) { return x; }},
                                   {"x - C", [](double x, double c) { return x - c; }},
                                   {"C - x^2", [](double x, double c) { return c - x * x; }},
                                   {"x * (C - x)", [](double x, double c) { return x * (c - x); }},
                                   {"-x / C", [](double x, double) { return -x; }}};
  Root root = arguments[random() % std::size(arguments)];
  c = double(1 + random() % 24) / 8;
  const std::string argument = std::regex_replace(root.text, std::regex("C"), std::to_string(c));
  root.text =
      std::regex_replace(functions[random() % std::size(functions)], std::regex("U"), argument);
  return root;
}

// Where lanes have no number no digits are missing, and all others have one.
TEST(Nan, IsWhereRootsMadeByChanceHaveNoArgument) {
  static constexpr const char *around[] = {"R",
                                           "x * R",
                                           "R * sigmoid(x)",
                                           "R + x^3",
                                           "2 - R / 3",
                                           "R / (1 + x^2)",
                                           "tanh(x) * R + 1",
                                           "-R * R",
                                           "abs(R) * 5",
                                           "R + sqrt(x^2 + 1)"};
  std::vector<float> x;
  for (int i = -160; i <= 160; ++i)
    x.push_back(float(i) / 32);
  for (const float each : {0x1p-149f, 0x1p-130f, 1e-30f, 1e10f, 1e18f, HUGE_VALF})
    x.insert(x.end(), {each, -each});
  std::mt19937_64 random(25);
  for (int i = 0; i < 60; ++i) {
    double c = 0;
    const Root root = rootMadeByChance(random, c);
    const std::string text = std::regex_replace(around[random() % std::size(around)],
                                                std::regex("R"), "(" + root.text + ")");
    const Result<Kernel> kernel = uncachedEngine().compile(text);
    ASSERT_TRUE(kernel) << text << kernel.error().render();
    std::vector<float> y(x.size()), slope(x.size());
    const std::vector<float> ones(x.size(), 1.0f);
    ASSERT_TRUE(kernel->forward(x, y));
    ASSERT_TRUE(kernel->backward(x, ones, slope));
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double argument = root.argument(x[j], c);
      if (argument == 0 || std::isinf(x[j])) // may be 0 times infinity
        continue;
      EXPECT_EQ(std::isnan(y[j]), argument < 0) << text << " at " << x[j];
      if (root.text.find("log") == std::string::npos) // whose slope is a number below 0
        EXPECT_EQ(std::isnan(slope[j]), argument < 0) << text << ", slope at " << x[j];
    }
  }
}

} // namespace
} // namespace xphi::numerics
