// Kernels beside texts that are known to differ, and polynomials beside Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "verify/EveryFloat.h"
#include "tests/verify/CodeElsewhere.h"
#include "verify/Blocks.h"
#include "verify/Ranks.h"

#include "compiler/truth/Ulp.h"
#include "dsl/Frontend.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace xphi::verify {
namespace {

std::shared_ptr<const dsl::Program> programOf(const std::string &text) {
  const dsl::ParseResult parsed = dsl::analyse({"<test>", "def f(x) = " + text});
  EXPECT_TRUE(parsed) << parsed.render();
  return parsed.program;
}

// Of every fourth binade a part, of that from 2 on.
constexpr unsigned oneIn = 32;
constexpr std::uint64_t inputs = ranks / oneIn;

Walk walkOf(const std::string &text, const std::string &kernel, Pass pass = Pass::Value,
            bool isToBeNearest = false) {
  CompileOptions options;
  options.accuracy = isToBeNearest ? Accuracy::exact() : Accuracy::accurate();
  const Tested tested[] = {{*numerics::uncachedEngine().compile(kernel, options),
                            isToBeNearest ? 0.5 + 0x1p-16 : 4, isToBeNearest}};
  double done = 0;
  Walk walk =
      *everyFloat(programOf(text), pass, tested, oneIn, 1, [&](double work) { done += work; });
  EXPECT_EQ(done, 0x1p32);
  EXPECT_EQ(walk.inputs + walk.skipped, inputs);
  EXPECT_LE(walk.sampled, 0x1p-20);
  return walk;
}

// Corners, poles, jumps, ends of domains, terms that cancel, tails, clauses, what swings.
const char *const texts[] = {
    "x * Phi(x)",          "x * tanh(softplus(x))",
    "log(1 + x^2)",        "sqrt(x)",
    "1 / (x - 3)",         "if x > 0.3 then exp(x) else x - 1",
    "x - tanh(x)",         "exp(-x^2)",
    "max(x, 2 - x)",       "sin(x)",
    "abs(x - 1) * erf(x)", "(exp(x) - 1) / x",
    "x^3 - 2 * x + 0.25",
};

TEST(Pieces, ContainWhatArbSaysAtEveryFloatThatWasTried) {
  std::mt19937_64 random(3);
  std::size_t polynomials = 0, floats = 0;
  for (const char *text : texts)
    for (Pass pass : {Pass::Value, Pass::Derivative}) {
      Truth truth(programOf(text), pass);
      for (int run = 0; run < 24; ++run) {
        const auto length = std::int64_t(1) << (8 + random() % 13);
        const float from = std::ldexp(1 + float(random() % 1024) / 1024, int(random() % 60) - 50);
        const std::int64_t rank = rankOf(random() % 2 ? from : -from);
        std::int64_t next = rank;
        for (const Piece &piece : truth.pieces(rank, rank + length - 1)) {
          EXPECT_EQ(piece.first, next) << "no float is left out or met twice";
          next = piece.last + 1;
          if (piece.kind != Piece::Kind::Polynomial)
            continue;
          ++polynomials;
          for (std::int64_t at :
               {piece.first, piece.last, piece.first + std::int64_t(random() % piece.count())}) {
            float eight[lanes];
            std::ranges::fill(eight, ofRank(at));
            TrueBlock block;
            fill(block, piece, eight, lanes);
            const reference::Expected there = truth.at(eight[0]);
            if (!there.known || std::fabs(there.truth.high) > 0x1p200)
              continue;
            ++floats;
            EXPECT_LE(std::fabs((block.value[0] - there.truth.high) - there.truth.low),
                      piece.error + there.truth.radius + 0x1p-52 * std::fabs(there.truth.high))
                << text << " at " << eight[0];
          }
        }
        EXPECT_EQ(next, rank + length) << text;
      }
    }
  EXPECT_GT(polynomials, 500u);
  EXPECT_GT(floats, 1000u);
}

TEST(EveryFloat, OfTheSameFunctionIsNoFurtherOffThanARounding) {
  for (const char *text : {"x + 2 * x", "sqrt(x)", "1 / x", "x * abs(x)"}) {
    const Walk walk = walkOf(text, text);
    EXPECT_EQ(walk.findings[0].beyond, 0u) << text;
    EXPECT_LE(walk.findings[0].furthest.front().error, 0.5001) << text;
  }
}

TEST(EveryFloat, ThatIsWrongIsCountedAndTheFurthestIsFound) {
  // 16 ulp from 2 on up to 4, no number beyond 2^100, an infinity below -2^100.
  const Walk walk = walkOf("x", "if x > 2^100 then sqrt(-x) else if x < -(2^100) then x * 2^100 "
                                "else if x > 2 and x < 4 then x + 2^-18 else x");
  const Findings &found = walk.findings[0];
  const double binade = 0x1p23 / oneIn;
  EXPECT_NEAR(double(found.beyond), (4 + 28 + 28) * binade, 5 * binade);
  EXPECT_GT(std::fabs(found.furthest.front().x), 0x1p100f);
  EXPECT_TRUE(std::ranges::any_of(found.furthest, [](const Candidate &each) {
    return each.x > 2 && each.x < 4 && std::fabs(each.error - 16) < 0.01;
  })) << "of other runs of neighbours, too";
}

TEST(EveryFloat, WhereThereIsNoNumberThereIsToBeNone) {
  const Walk walk = walkOf("sqrt(x)", "sqrt(abs(x))");
  EXPECT_NEAR(double(walk.findings[0].beyond), 0.5 * double(inputs), 0.01 * double(inputs));
  EXPECT_EQ(walkOf("sqrt(x)", "sqrt(x)").findings[0].beyond, 0u);
}

TEST(EveryFloat, CountsStepsUpAndDown) {
  const Walk down = walkOf("-x", "-x");
  EXPECT_EQ(down.stepsUp, 0u);
  EXPECT_EQ(down.findings[0].stepsUp, 0u);
  EXPECT_GT(down.findings[0].stepsDown, inputs / 2);
  const Walk both = walkOf("x", "abs(x)");
  EXPECT_EQ(both.stepsDown, 0u);
  EXPECT_GT(both.findings[0].stepsDown, inputs / 3);
  EXPECT_GT(both.findings[0].stepsUp, inputs / 3);
}

TEST(EveryFloat, IsMetByTheDerivativeToo) {
  const Walk walk = walkOf("max(x, 0)", "if x > 0 then 2 * x else 0", Pass::Derivative);
  EXPECT_EQ(walk.findings[0].furthest.front().error, 0x1p23); // 1 and 2
  EXPECT_NEAR(double(walk.findings[0].beyond), 0x1p-1 * double(inputs), 0.01 * double(inputs));
}

// One ulp off at some floats, which is within any other bound.
TEST(EveryFloat, ThatIsNotTheNearestIsFoundWhereItIsToBe) {
  const std::string planted = "if x > 2 and x < 2.125 then tanh(x) + 2^-24 else tanh(x)";
  const Walk walk = walkOf("tanh(x)", planted, Pass::Value, true);
  const Findings &found = walk.findings[0];
  const Walk right = walkOf("tanh(x)", "tanh(x)", Pass::Value, true);
  EXPECT_EQ(right.findings[0].wrong, 0u);
  EXPECT_EQ(right.findings[0].undecided, 0u);
  EXPECT_GT(found.wrong, 500'000u);
  for (const Candidate &each : found.firstWrong) {
    EXPECT_GT(each.x, 2);
    EXPECT_LT(each.x, 2.125);
  }
  Truth truth(programOf("tanh(x)"), Pass::Value);
  const float x = 0.75f, near = float(std::tanh(double(x)));
  EXPECT_EQ(truth.isNearest(x, near), true);
  EXPECT_EQ(truth.isNearest(x, std::nextafter(near, 1.0f)), false);
  // x/2 + x² lies a little above the middle between two floats, where x is an odd multiple of the
  // least one.
  Truth tie(programOf("x / 2 + x^2"), Pass::Value), exact(programOf("x / 2"), Pass::Value);
  EXPECT_EQ(tie.isNearest(0x1p-149f, 0x1p-149f), true);
  EXPECT_EQ(tie.isNearest(0x1p-149f, 0), false);
  EXPECT_EQ(exact.isNearest(0x1p-149f, 0x1p-149f), false);
  EXPECT_EQ(exact.isNearest(0x1p-149f, 0), true) << "the even one";
}

// Millions of results lie there, where x is an odd multiple of the least float.
TEST(BesideMiddles, IsTheSideThatArbSays) {
  for (const char *text : {"x / 2 + x^2", "x * sigmoid(x)", "x * Phi(x)", "sin(x) / 2"}) {
    Truth truth(programOf(text), Pass::Value);
    std::mt19937_64 random(2);
    int told = 0;
    for (int sign : {1, -1})
      for (const Piece &piece :
           sign > 0 ? truth.pieces(1, 1 << 20) : truth.pieces(-(1 << 20), -2)) {
        if (piece.kind != Piece::Kind::Polynomial)
          continue;
        const auto beside = truth.besideMiddles(piece);
        ASSERT_TRUE(beside) << text;
        for (int i = 0; i < 40; ++i) {
          const std::int64_t rank =
              piece.first + std::int64_t(random() % std::uint64_t(piece.count()));
          const float x = ofRank(rank);
          const double middle = 0.5 * double(x);
          const auto low = float(middle - 0x1p-151), high = float(middle + 0x1p-151);
          const int side = low == high ? 0 : beside->sideOf(x, middle);
          if (side == 0)
            continue;
          ++told;
          EXPECT_EQ(truth.isNearest(x, side > 0 ? high : low), true) << text << " at " << x;
        }
      }
    EXPECT_GT(told, 20) << text;
  }
}

// So a page can say of code for another processor whether it is what was run there.
TEST(CodeElsewhere, IsTheCodeThatRunsWhereItCan) {
  for (const char *function : {"relu", "gelu", "silu"})
    for (const Accuracy accuracy : {Accuracy::accurate(), Accuracy::exact()}) {
      CompileOptions options;
      options.target = "x86-64-v3";
      options.accuracy = accuracy;
      const auto elsewhere = codeElsewhere(function, options);
      ASSERT_TRUE(elsewhere) << elsewhere.error().render();
      const auto here = numerics::uncachedEngine().compile(function, options);
      ASSERT_TRUE(here) << here.error().render();
      EXPECT_EQ(*elsewhere, here->certificate().code) << function;
      options.target = "x86-64-v4";
      const auto other = codeElsewhere(function, options);
      ASSERT_TRUE(other) << other.error().render();
      EXPECT_NE(*other, *elsewhere) << function;
    }
}

} // namespace
} // namespace xphi::verify
