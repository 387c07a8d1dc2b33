// Derivatives that are sums of sums, at inputs where these cancel to every degree, against Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice; one input is solved for, so that the slope is all but zero.
// XPHI_SLOPE_SUMS: how many programs of each target. XPHI_SLOPE_SEED: the first one's seed.
#include "NearestElements.h"
#include "UncachedEngine.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

namespace xphi::numerics {
namespace {

using compiler::Column;

constexpr std::array terms = {"@ * x^2",        "@ * abs(x)",      "@ * exp(x)",
                              "@ * x^3",        "@ * max(x, 0.5)", "@ * sqrt(x^2 + 0.01)",
                              "@ * x * abs(x)", "@ * expm1(x)",    "@ * exp(min(x, 0.5))"};
constexpr std::array inners = {"#",         "#",    "(#) / 3",
                               "0.3 * (#)", "-(#)", "if x > 0.25 then # else x"};

/// A sum in x, of terms with these factors.
std::string drawn(std::mt19937_64 &random, const std::array<std::string, 3> &factors) {
  const auto oneOf = [&](const auto &table) { return std::string(table[random() % table.size()]); };
  const auto sign = [&] { return random() % 2 ? " + " : " - "; };
  const std::string first = replaced(oneOf(terms), '@', factors[0]),
                    second = replaced(oneOf(terms), '@', factors[1]),
                    inner = replaced(oneOf(inners), '#', first + sign() + second);
  return "(" + inner + ")" + sign() + factors[2] + " * x";
}

std::shared_ptr<const dsl::Program> programOf(const std::string &text) {
  const dsl::ParseResult parsed = dsl::analyse({"<program>", text}, &lib::library());
  EXPECT_TRUE(parsed) << text << "\n" << parsed.render();
  return parsed ? std::make_shared<const dsl::Program>(*parsed.program) : nullptr;
}

/// Where the slope in x is nothing, or some bits of its terms, or anything: it is linear in s.
std::vector<Column> pointsOf(std::shared_ptr<const dsl::Program> program, std::mt19937_64 &random) {
  constexpr std::size_t count = 250, slope = 1;
  reference::KernelTruth truth(program, program->entry(), {}, {0});
  std::normal_distribution<float> normal;
  std::vector<Column> columns(4);
  for (std::size_t i = 0; i < count; ++i) {
    Column point;
    for (int input = 0; input < 4; ++input)
      point.push_back(normal(random) * (i % 5 ? 1.0f : std::ldexp(1.0f, int(random() % 30) - 15)));
    if (i % 4) {
      double at[2];
      for (const int s : {0, 1}) {
        point[3] = s;
        at[s] = truth.at(point, {})[slope].truth.high;
      }
      const double bits = i % 4 == 1 ? 0 : std::ldexp(1, -int(random() % 26));
      const double wanted = -at[0] / (at[1] - at[0]) * (1 + (random() % 2 ? bits : -bits));
      point[3] = std::fabs(wanted) < 1e30 ? float(wanted) : 1;
    }
    for (int input = 0; input < 4; ++input)
      columns[input].push_back(point[input]);
  }
  return columns;
}

struct SlopeSums : testing::TestWithParam<const char *> {};

TEST_P(SlopeSums, AreRightToTheirTerms) {
  const std::string target = GetParam();
  if (target == "x86-64-v4" && *hostTarget() != target)
    GTEST_SKIP() << "this machine has no " << target;
  const std::uint64_t first = setting("XPHI_SLOPE_SEED", 1),
                      programs = setting("XPHI_SLOPE_SUMS", 16);
  std::uint64_t inF32 = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    std::mt19937_64 random(seed);
    const std::string text = "def f(x, b, r, s) = " + drawn(random, {"b", "r", "s"});
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + target);
    constexpr ElementType type = ElementType::F32;
    const std::shared_ptr<const dsl::Program> program = programOf(text);
    ASSERT_TRUE(program);
    expectPromised(text, {{type, type, type, type}, type}, pointsOf(program, random),
                   {.target = target});
    const Result<std::string> stage =
        uncachedEngine().emit(text, "stage:approx", {.gradients = {"x"}, .target = target});
    ASSERT_TRUE(stage) << stage.error().render();
    const std::string slope = stage->substr(stage->find("@backward"));
    inF32 += slope.find("numbers = f64") == std::string::npos &&
             slope.find("terms") != slope.rfind("terms");
  }
  EXPECT_GT(inF32, 0u) << "of " << programs;
}

// What two sums lose one after the other decides how elements of few bits round.
TEST_P(SlopeSums, AreTheNearestElements) {
  const std::string target = GetParam();
  if (target == "x86-64-v4" && *hostTarget() != target)
    GTEST_SKIP() << "this machine has no " << target;
  const std::uint64_t first = setting("XPHI_SLOPE_SEED", 1),
                      programs = setting("XPHI_SLOPE_SUMS", 16) / 4;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    std::mt19937_64 random(seed);
    std::array<std::string, 3> factors;
    for (std::string &each : factors)
      each = std::to_string(0.1 + double(random() % 4000) / 1000);
    const std::string text = "def f(x) = " + drawn(random, factors);
    const ElementType type = random() % 2 ? ElementType::F16 : ElementType::BF16;
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + target);
    expectPromised(text, {{type}, type}, {everyElement(type, 41, std::uint32_t(seed))},
                   {.target = target});
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, SlopeSums, testing::Values("x86-64-v4", "x86-64-v3"),
                         [](const auto &target) { return std::string(target.param).substr(7); });

} // namespace
} // namespace xphi::numerics
