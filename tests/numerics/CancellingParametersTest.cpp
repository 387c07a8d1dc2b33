// Parameters that take away what a function tends to: the check looks for them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tanh(x)^2 + b has cancelled for all large x where b is -1: more than wide numbers have bits from
// some x on, and what divides by it goes wrong there. XPHI_CANCELLING_PARAMETERS: how many texts.
// XPHI_CANCELLING_SEED: the first one's seed, the others follow.
#include "check/CancellingSums.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"
#include "tests/numerics/Dice.h"
#include "tests/numerics/PromisedResults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace xphi::numerics {
namespace {

/// What becomes constant, and there -c.
struct Settling {
  const char *text;
  float becomes;
};

constexpr std::array settling = {Settling{"tanh(x)^2", 1},
                                 Settling{"2 * sigmoid(-abs(x))^0.5 + 3", 3},
                                 Settling{"3 * erf(abs(x))", 3},
                                 Settling{"exp(-x^2) - 2", -2},
                                 Settling{"1 / cosh(x) + 0.5", 0.5f},
                                 Settling{"(x - 3) / (x - 1)", 1},
                                 Settling{"8 * exp(-abs(x))", 0},
                                 Settling{"2 * Phi(abs(x))", 2},
                                 Settling{"(1 + x)^2", 1}};

constexpr std::array around = {"1 / (S)",           "x / (S)^2",
                               "log(abs(S))",       "rsqrt(S)",
                               "sign(S) * exp(-x)", "(if S > 0 then x else 2 * x)",
                               "exp(abs(x)) * (S)", "tanh(1 / (S))"};

dsl::ParseResult parsed(const std::string &text) {
  return dsl::analyse({"<test>", text}, &lib::library());
}

TEST(CancellingParameters, AreFoundWithALineAlongWhichTheSumHasCancelled) {
  for (const Settling &each : settling) {
    if (each.becomes == 0)
      continue; // a default of 0 is that parameter already
    const dsl::ParseResult program =
        parsed(std::string("def f(x; b = 0.375) = 1 / (") + each.text + " + b)");
    ASSERT_TRUE(program) << program.render();
    const std::vector<compiler::CancellingSet> sets =
        compiler::cancellingSets(*program.program, program.program->entry(), 112, 3);
    const auto found = std::ranges::find_if(
        sets, [&](const auto &set) { return set.parameters[0] == -each.becomes; });
    ASSERT_NE(found, sets.end()) << each.text;
    std::vector<compiler::Point> points;
    for (const std::vector<compiler::Point> &line : found->lines)
      points.insert(points.end(), line.begin(), line.end());
    EXPECT_GE(points.size(), 4u) << each.text;
    const auto cancelled = std::ranges::count_if(points, [&](const compiler::Point &point) {
      const std::vector<double> p = {double(found->parameters[0])};
      return std::fabs(dsl::evaluate(*program.program, program.program->entry(),
                                     std::span<const double>(point), std::span<const double>(p))) >=
             0x1p40;
    });
    EXPECT_GE(cancelled, 4) << each.text;
  }
}

TEST(CancellingParameters, AreRightOrSaid) {
  const std::uint64_t first = setting("XPHI_CANCELLING_SEED", 1),
                      count = setting("XPHI_CANCELLING_PARAMETERS", 4);
  const bool isListed = std::getenv("XPHI_WRITTEN_LIST");
  JudgementCount counted;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Dice dice(seed);
    const Settling &each = settling[dice() % settling.size()];
    const bool isOfParameter = dice() % 2;
    const std::string sum = isOfParameter ? std::string("(") + each.text + ") + b"
                                          : std::string("b * (") + each.text + ") - a";
    std::string form = dice.oneOf(around);
    for (std::size_t at; (at = form.find('S')) != std::string::npos;)
      form.replace(at, 1, "(" + sum + ")");
    const std::string text = "def f(x; a = 0.375, b = 0.625) = a * x + " + form;
    CompileOptions options;
    if (dice() % 2)
      options.types = {ElementType::F64};
    const std::vector<std::vector<float>> cancelling = {
        isOfParameter ? std::vector{0.375f, -each.becomes} : std::vector{each.becomes, 1.0f}};
    const Judgement judged = judgePromise(text, options, seed, 60, cancelling);
    counted.expectSaid(judged, seed, text, isListed);
  }
  std::printf("%s\n", counted.text("cancelling parameters").c_str());
}

} // namespace
} // namespace xphi::numerics
