// Functions asked for numbers at the very ends of their domains, and where numbers end: right, or
// said.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What comes near an end as an exponential does, or as an exponential of one, passes it where
// neither wide numbers nor the truth of a check have the bits to see it. XPHI_DOMAIN_ENDS: how many
// programs. XPHI_DOMAIN_ENDS_SEED: the first one's seed. XPHI_DOMAIN_ENDS_LIST=1 prints what is not
// right.
#include "tests/Generated.h"
#include "tests/numerics/SilentErrors.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace xphi::numerics {
namespace {

// `#` stands for what is put in.
constexpr std::array arguments = {"x",      "10 * x", "0.1 * x",       "exp(x)",      "x^2",
                                  "-x^2",   "1 / x",  "sinh(x)",       "x * exp(x)",  "abs(x)^1.5",
                                  "-x - 3", "x^3",    "exp(exp(x/4))", "log(1 + x^2)"};

/// Near 1, or 0, from one side, from both, or from either by turns.
constexpr std::array nearEnds = {"tanh(#)",
                                 "sigmoid(#)",
                                 "erf(#)",
                                 "Phi(#)",
                                 "exp(-(#)^2)",
                                 "exp(-exp(#))",
                                 "cos(#)",
                                 "1 / (1 + (#)^2)",
                                 "(#) / (1 + abs(#))",
                                 "(#) / sqrt(1 + (#)^2)",
                                 "1 + exp(-(#)^2)",
                                 "1 - exp(#)",
                                 "tanh(#)^2",
                                 "2 - erfc(#)",
                                 "tanh(#) + exp(-(#)^2)",
                                 "sigmoid(#) - exp(-2 * (#))",
                                 "erf(#) + exp(-abs(#))",
                                 "1 - exp(-(#)^2) * cos(#)",
                                 "tanh(#) + exp(-abs(#)) * sin(#)",
                                 "1 / (1 + exp(-(#)))"};

constexpr std::array withEnds = {
    "sqrt(1 - (#))",   "sqrt((#) - 1)", "log(1 - (#))",   "log1p(-(#))",    "acosh(#)",
    "asin(#)",         "acos(#)",       "atanh(#)",       "rsqrt(1 - (#))", "(1 - (#))^0.3",
    "sqrt(1 - (#)^2)", "log(log(#))",   "acosh(1 / (#))", "sqrt(log(#))",   "log(#)",
    "asin((#)^2)",     "1 / acos(#)",   "sqrt(acos(#))"};

constexpr std::array around = {"#", "x * (#)", "x + #", "sigmoid(x) * (#)", "exp(-x^2) * (#)"};

std::string with(std::string_view form, const std::string &inner) {
  std::string text;
  for (const char c : form)
    text += c == '#' ? inner : std::string(1, c);
  return text;
}

class Dice {
public:
  explicit Dice(std::uint64_t seed) : random(seed) {}
  template <std::size_t n> const char *of(const std::array<const char *, n> &table) {
    return table[random() % n];
  }
  float within(float low, float high) {
    return low + (high - low) * float(random() % 65536) / 65536;
  }
  bool coin() { return random() % 2; }

private:
  std::mt19937_64 random;
};

std::string program(Dice &dice) {
  const std::string argument = dice.of(arguments), near = with(dice.of(nearEnds), argument);
  return with(dice.of(around), with(dice.of(withEnds), near));
}

std::vector<Point> points(Dice &dice, std::size_t count) {
  std::vector<Point> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({i % 4 == 0 ? dice.within(-40, 40)
                   : i % 4 == 1
                       ? dice.within(-800, 800)
                       : (dice.coin() ? 1 : -1) * std::exp2(dice.within(i % 4 == 2 ? -20 : -140,
                                                                        i % 4 == 2 ? 11 : 120))});
  return all;
}

TEST(DomainEnds, AreMetOrSaidNotToBe) {
  const std::uint64_t first = setting("XPHI_DOMAIN_ENDS_SEED", 1),
                      programs = setting("XPHI_DOMAIN_ENDS", 60);
  JudgementCount count;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::string text = program(dice);
    const Judgement judged = judge(text, points(dice, 64), Depth::Deep);
    count.add(judged.kind);
    EXPECT_NE(judged.kind, Judgement::Kind::Silent) << "seed " << seed << ": " << text << "\n"
                                                    << judged.text();
    if (std::getenv("XPHI_DOMAIN_ENDS_LIST") && judged.kind != Judgement::Kind::Right)
      std::printf("seed %llu: %s\n  %s\n", static_cast<unsigned long long>(seed), text.c_str(),
                  judged.text().c_str());
    std::fflush(stdout);
  }
  std::printf("%s\n", count.text("programs").c_str());
}

struct Vanishing {
  const char *form;
  double limit; ///< where # grows beyond bounds
};

constexpr std::array vanishing = {
    Vanishing{"sqrt(1 - exp(-(#))^2)", 1},
    Vanishing{"tanh(#)", 1},
    Vanishing{"erf(#)", 1},
    Vanishing{"exp(-(#))", 0},
    Vanishing{"sigmoid(-(#))", 0},
    Vanishing{"1 / (1 + (#))", 0},
    Vanishing{"(#) / (1 + (#))", 1},
    Vanishing{"(#) * exp(-(#))", 0},
    Vanishing{"log(1 + exp(-(#)))", 0},
    Vanishing{"atanh(exp(-(#)))", 0},
    Vanishing{"cos(1 / (#))", 1},
    Vanishing{"sqrt(1 - tanh(#)^2)", 0},
    Vanishing{"log(#) / (#)", 0},
    Vanishing{"atan(#)", M_PI / 2},
};
constexpr std::array towers = {"exp(exp(x))", "exp(x * exp(x))", "sinh(exp(x))", "exp(exp(exp(x)))",
                               "exp(x)^exp(x)"};

/// Arb's numbers end there as well, but what has vanished is known: a sum with x is x and a limit.
TEST(DomainEnds, WhereNumbersEndASumIsItsOtherTermOrItIsSaid) {
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  for (const Vanishing &each : vanishing)
    for (const char *tower : towers) {
      const std::string text = "x + " + with(each.form, tower);
      const Result<Kernel> kernel = uncachedEngine().compile(text, options);
      ASSERT_TRUE(kernel) << text << "\n" << kernel.error().render();
      if (!kernel->certificate().kept)
        continue;
      std::vector<float> x, value, slope;
      for (float at = 30; at < 1e30f; at *= 1.37f)
        x.push_back(at);
      const std::vector<float> ones(x.size(), 1.0f);
      value.resize(x.size());
      slope.resize(x.size());
      ASSERT_TRUE(kernel->forward(x, value));
      ASSERT_TRUE(kernel->backward(x, ones, slope));
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_FLOAT_EQ(value[i], float(double(x[i]) + each.limit)) << text << " at " << x[i];
        EXPECT_FLOAT_EQ(slope[i], 1) << text << " at " << x[i];
      }
    }
}

} // namespace
} // namespace xphi::numerics
