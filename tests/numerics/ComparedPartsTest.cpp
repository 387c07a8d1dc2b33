// Choices between functions of one input, at the floats around which they are equal, against Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice. XPHI_COMPARED_PROGRAMS: how many; XPHI_COMPARED_SEED: the
// first one's seed, the others follow.
#include "NearestElements.h"
#include "SilentErrors.h"
#include "UncachedEngine.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

namespace xphi::numerics {
namespace {

constexpr std::array functions = {
    "sin(x)",     "tanh(x)",   "gelu(x)",    "silu(x)", "sigmoid(x)",   "softplus(x)",
    "erf(x)",     "exp(-x^2)", "x * exp(x)", "atan(x)", "mish(x)",      "log(1 + x^2)",
    "exp(x) - 1", "cos(x)",    "asinh(x)",   "Phi(x)",  "x^2 * Phi(x)", "tanh(x)^2"};
constexpr std::array others = {"x",  "0.1 * x", "0.3", "0.5 * x + 0.2", "x^2",      "x - 1",
                               "-x", "1",       "0",   "abs(x)",        "0.7 * x^3"};
constexpr std::array choices = {"min(A, B)",
                                "max(A, B)",
                                "if A < B then x else 0.5 * x",
                                "if A >= B then tanh(x) else B",
                                "relu(A - B)",
                                "abs(A - B)",
                                "x * clamp(A - B, -0.5, 0.5)",
                                "if A > B and x > -1 then A else x"};

struct Drawn {
  std::string choice, difference;
};

Drawn drawn(std::mt19937_64 &random) {
  const auto oneOf = [&](const auto &table) { return std::string(table[random() % table.size()]); };
  const std::string a = oneOf(functions), b = random() % 3 ? oneOf(others) : oneOf(functions);
  const bool isSwapped = random() % 2;
  const auto with = [&](const std::string &text) {
    return replaced(replaced(text, 'A', "(" + (isSwapped ? b : a) + ")"), 'B',
                    "(" + (isSwapped ? a : b) + ")");
  };
  return {with(oneOf(choices)), with("A - B")};
}

/// Finite floats in order, and the float of a place among them.
std::int64_t placeOf(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  return bits < 0 ? std::int64_t(std::numeric_limits<std::int32_t>::min()) - bits : bits;
}
float floatAt(std::int64_t place) {
  return place < 0 ? -std::bit_cast<float>(std::int32_t(-place))
                   : std::bit_cast<float>(std::int32_t(place));
}

/// Floats about each place where the difference, seen in steps, has another sign; and about 0.
std::vector<Point> pointsOf(const std::string &difference, std::mt19937_64 &random) {
  const dsl::ParseResult parsed = dsl::analyse({"<difference>", difference}, &lib::library());
  EXPECT_TRUE(parsed) << difference << "\n" << parsed.render();
  reference::KernelTruth truth(parsed.program, parsed.program->entry(), {}, {});
  const auto signAt = [&](std::int64_t place) {
    const double x = floatAt(place);
    const reference::Expected expected = truth.at(std::array{x}, {})[0];
    const double value = expected.known ? expected.truth.high : 0;
    return (value > 0) - (value < 0);
  };
  std::vector<std::int64_t> places = {0, placeOf(0x1p-12f), placeOf(-0x1p-12f)};
  std::int64_t last = placeOf(-30);
  int lastSign = signAt(last);
  for (float x = -30; x <= 30; x += 0.37f) {
    const std::int64_t here = placeOf(x);
    const int sign = signAt(here);
    if (sign != lastSign) {
      std::int64_t low = last, high = here;
      while (high - low > 1)
        (signAt(low + (high - low) / 2) == lastSign ? low : high) = low + (high - low) / 2;
      places.push_back(high);
    }
    last = here;
    lastSign = sign;
  }
  std::vector<Point> points;
  for (const std::int64_t place : places)
    for (int step = 0; step < 60; ++step) {
      const std::int64_t away = step < 12 ? step - 6 : std::int64_t(1) << (random() % 24);
      points.push_back({floatAt(place + (random() % 2 && step >= 12 ? -away : away))});
    }
  std::normal_distribution<float> normal;
  for (int i = 0; i < 200; ++i)
    points.push_back({std::ldexp(normal(random), i % 4 ? 1 : -int(random() % 60))});
  return points;
}

TEST(ComparedParts, AreDecidedAsTheTruthIs) {
  const std::uint64_t first = setting("XPHI_COMPARED_SEED", 1),
                      programs = setting("XPHI_COMPARED_PROGRAMS", 40);
  JudgementCount count;
  std::uint64_t inF32 = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    std::mt19937_64 random(seed);
    const auto [text, difference] = drawn(random);
    const Judgement judgement = judge(text, pointsOf(difference, random));
    count.add(judgement.kind);
    EXPECT_EQ(judgement.kind, Judgement::Kind::Right) << "seed " << seed << ": " << text << "\n"
                                                      << judgement.text();
    CompileOptions options;
    options.backward = true;
    const Result<std::string> stage = uncachedEngine().emit(text, "stage:approx", options);
    inF32 += stage && stage->find("numbers = watched") == std::string::npos;
  }
  std::printf("%s; %llu of %llu in f32\n", count.text("programs").c_str(),
              static_cast<unsigned long long>(inF32), static_cast<unsigned long long>(programs));
  EXPECT_GT(2 * inF32, programs);
}

TEST(ComparedParts, AreDecidedOfFewBits) {
  const std::uint64_t first = setting("XPHI_COMPARED_SEED", 1);
  for (std::uint64_t seed = first; seed < first + 8; ++seed) {
    std::mt19937_64 random(seed);
    const std::string text = drawn(random).choice;
    const ElementType type = seed % 2 ? ElementType::BF16 : ElementType::F16;
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    expectPromised(text, {{type}, type}, {everyElement(type, 3, seed % 3)});
  }
}

} // namespace
} // namespace xphi::numerics
