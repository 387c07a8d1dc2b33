// What is proved of a few operations is so at every float tried, and what is not so is not proved.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/LinesProof.h"
#include "approx/FloatRank.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Lines;
using compiler::LinesProof;
using compiler::LinesTruth;
using compiler::proveLines;
using compiler::rankOf;
using Op = Lines::Op;
using Type = Lines::Type;

constexpr std::size_t enough = 20'000;
constexpr double halfAnUlp = 0.5 * (1 + 0x1p-38); ///< as enclosures tell it

LinesTruth truthOf(const std::string &text, unsigned derivative = 0,
                   std::vector<float> parameters = {}) {
  const dsl::ParseResult result = dsl::analyse({"<test>", text}, &lib::library());
  if (!result)
    throw std::runtime_error(result.render());
  return {result.program, result.program->entry(), std::vector<std::uint32_t>(derivative),
          std::move(parameters)};
}

Lines read(const std::string &record) {
  const std::optional<Lines> lines = compiler::linesOfRecord("lines " + record);
  EXPECT_TRUE(lines) << record;
  return lines.value_or(Lines{{{Op::Input}}});
}

/// In ulp of the truth, measured apart from the proof's own points.
double errorAt(const Lines &lines, const LinesTruth &truth, float x) {
  reference::KernelTruth oracle(truth.program, truth.definition, truth.derivative, {});
  const double inputs[] = {double(x)};
  const double right = oracle.at(inputs, truth.parameters).front().truth.high;
  const std::optional<float> got = lines.at(x, truth.parameters);
  if (!got || std::isnan(*got))
    return HUGE_VAL;
  if (std::isinf(*got))
    return std::copysign(right, double(*got)) == right && std::fabs(right) >= 0x1p128 - 0x1p103
               ? 0
               : HUGE_VAL;
  const int exponent = right == 0 ? -126 : std::max(std::ilogb(right), -126);
  return std::fabs(double(*got) - right) / std::ldexp(1.0, exponent - 23);
}

void expectTrue(const std::vector<LinesProof> &proofs, const Lines &lines, const LinesTruth &truth,
                const std::string &what, std::mt19937 &random) {
  for (const LinesProof &proof : proofs) {
    std::uniform_real_distribution<float> near(std::max(proof.low, -8.0f),
                                               std::max(std::min(proof.high, 8.0f), proof.low));
    for (int i = 0; i < 60; ++i) {
      float x = i == 0 ? proof.low : i == 1 ? proof.high : near(random);
      if (i % 2 && i > 1)
        x = std::bit_cast<float>(std::uint32_t(random()));
      if (x >= proof.low && x <= proof.high)
        EXPECT_LE(errorAt(lines, truth, x), proof.ulps * (1 + 1e-6)) << what << " at " << x;
    }
  }
}

struct Known {
  const char *text, *record;
  unsigned derivative;
  double ulps; ///< of the widest range
  float low, high;
};

struct OfKnown : testing::TestWithParam<Known> {};

TEST_P(OfKnown, IsProvedAsWellAsCanBe) {
  const Known &known = GetParam();
  const std::vector<LinesProof> proofs =
      proveLines(read(known.record), truthOf(known.text, known.derivative), 4, enough);
  ASSERT_EQ(proofs.size(), 1u) << known.text;
  EXPECT_EQ(proofs[0].low, known.low);
  EXPECT_EQ(proofs[0].high, known.high);
  EXPECT_LE(proofs[0].ulps, known.ulps);
  EXPECT_GT(proofs[0].ulps, known.ulps - 0.5);
}

constexpr const char *relu = "xf nf,0 cmpc,4,1,0 selectf,2,1,0",
                     *step = "xf nf,0 nf,3ff0000000000000 cmpc,4,0,1 selectf,3,2,1";

INSTANTIATE_TEST_SUITE_P(
    Programs, OfKnown,
    testing::Values(
        Known{"max(x, 0)", relu, 0, 0.01, -FLT_MAX, FLT_MAX},
        Known{"relu(x)", step, 1, 0.01, -FLT_MAX, FLT_MAX},
        Known{"0.25 * x", "xf nf,3fd0000000000000 mulf,0,1", 0, halfAnUlp, -FLT_MAX, FLT_MAX},
        Known{"3 * x", "xf nf,4008000000000000 mulf,0,1", 0, halfAnUlp, -FLT_MAX, FLT_MAX},
        // Half of all floats overflow, as is right.
        Known{"x^2", "xf mulf,0,0", 0, halfAnUlp, -FLT_MAX, FLT_MAX},
        Known{"x - 1", "xf nf,3ff0000000000000 subf,0,1", 0, halfAnUlp, -FLT_MAX, FLT_MAX},
        Known{"x / (1 + abs(x))", "xf absf,0 nf,3ff0000000000000 addf,1,2 divf,0,3", 0, 2.6,
              -FLT_MAX, FLT_MAX},
        // In doubles, rounded at last.
        Known{"x / (1 + abs(x))",
              "xf widend,0 absd,1 nd,3ff0000000000000 addd,2,3 divd,1,4 narrowf,5", 0, 0.51,
              -FLT_MAX, FLT_MAX}));

TEST(LinesProof, OfAKinkIsOfWhatTheTextSaysThere) {
  const std::string text = "def f(x) = max(x, 0)\n  kink x = 0: 0.25";
  const std::vector<LinesProof> proofs = proveLines(read(step), truthOf(text, 1), 4, enough);
  ASSERT_EQ(proofs.size(), 2u);
  EXPECT_LT(proofs[0].high, 0);
  EXPECT_GT(proofs[1].low, 0);
  const std::string replaced = "def f(x) = max(x, 0)\n  grad x = 1";
  EXPECT_EQ(proveLines(read("nf,3ff0000000000000"), truthOf(replaced, 1), 4, enough).size(), 1u);
  EXPECT_TRUE(proveLines(read("nf,3ff0000000000000"), truthOf(replaced, 2), 4, enough).empty());
}

// sqrt(1 + x²) and what overflows in it; only series tell that it is near.
TEST(LinesProof, OfARootIsBySeries) {
  const std::vector<LinesProof> proofs = proveLines(
      read("xf nf,3ff0000000000000 fmaf,0,0,1 sqrtf,2"), truthOf("sqrt(1 + x^2)"), 4, enough);
  ASSERT_FALSE(proofs.empty());
  double widest = 0;
  for (const LinesProof &proof : proofs)
    if (proof.low <= 1 && proof.high >= 2)
      widest = double(proof.high);
  EXPECT_GT(widest, 16);
}

// Quotients of polynomials do not have the root that the choice hangs on.
TEST(LinesProof, OfAChoiceByARootIsBySeries) {
  std::mt19937 random(41);
  for (int i = 0; i < 4; ++i) {
    const float at = std::ldexp(1 + float(random() % 1000) / 1000, int(random() % 8) - 4);
    char record[120], text[80];
    std::snprintf(record, sizeof record, "xf sqrtf,0 nf,%llx cmpc,1,1,2 selectf,3,0,1",
                  static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(double(at))));
    std::snprintf(text, sizeof text, "if sqrt(x) < %.9g then x else sqrt(x)", double(at));
    const Lines lines = read(record);
    const LinesTruth truth = truthOf(text);
    const std::vector<LinesProof> proofs = proveLines(lines, truth, 4, enough);
    double floats = 0;
    for (const LinesProof &proof : proofs)
      floats += double(rankOf(proof.high) - rankOf(proof.low) + 1);
    EXPECT_GT(floats, 0.99 * 0x7f800000) << text;
    expectTrue(proofs, lines, truth, text, random);
  }
}

TEST(LinesProof, WithParametersIsOfThese) {
  const std::string text = "def f(x; a = 0.25) = if x > 0 then x else a * x";
  const Lines lines = read("xf pf,0 nf,0 cmpc,4,0,2 mulf,1,0 selectf,3,0,4");
  EXPECT_TRUE(lines.hasParameters());
  for (float a : {0.25f, 0.01f, -3.0f}) {
    const std::vector<LinesProof> proofs = proveLines(lines, truthOf(text, 0, {a}), 4, enough);
    ASSERT_EQ(proofs.size(), 1u);
    EXPECT_LE(proofs[0].ulps, halfAnUlp);
  }
}

// Of what may be NaN no comparison is known, not even with itself.
TEST(LinesProof, OfAChoiceByWhatMayBeNoNumberIsOfNumbersOnly) {
  for (const char *choice :
       {"cmpc,8,1,1 selectf,2,3,0", "cmpc,7,1,1 selectf,2,0,3", "cmpc,2,1,1 selectf,2,0,3"}) {
    std::string record = std::string("xf sqrtf,0 ") + choice;
    record.insert(record.find("selectf"), "nf,0 ");
    const std::vector<LinesProof> proofs = proveLines(read(record), truthOf("x"), 4, enough);
    const auto isProvedAt = [&](float x) {
      return std::ranges::any_of(
          proofs, [&](const LinesProof &each) { return each.low <= x && each.high >= x; });
    };
    for (float x : {0x1p-100f, 3.0f, 0x1p100f})
      EXPECT_TRUE(isProvedAt(x)) << record << " at " << x;
    for (float x : {-0x1p-100f, -3.0f, -0x1p100f})
      EXPECT_FALSE(isProvedAt(x)) << record << " at " << x;
  }
}

constexpr const char *dropping = "def f(x; p = 0.25, seed = 7, stream = 0) = if dropped(p, seed, "
                                 "stream) then 0 else 1 / (1 - p) * x";

// Of random bits both outcomes are looked at, each as the program has it.
TEST(LinesProof, OfRandomBitsIsForEitherOutcome) {
  const std::string begin = "xf drawnc nf,0 nf,3ff5555560000000 mulf,0,3 ";
  LinesTruth truth = truthOf(dropping, 0, {0.25f, 7, 0});
  const Lines lines = read(begin + "selectf,1,2,4");
  EXPECT_TRUE(lines.draws());
  EXPECT_EQ(lines.at(3, truth.parameters, true), 0.0f);
  EXPECT_EQ(lines.at(3, truth.parameters, false), 3 * 1.33333337306976318359375f);
  const std::vector<LinesProof> proofs = proveLines(lines, truth, 4, enough);
  double floats = 0;
  for (const LinesProof &proof : proofs) {
    floats += double(rankOf(proof.high) - rankOf(proof.low) + 1);
    EXPECT_LE(proof.ulps, 1.5);
  }
  EXPECT_GT(floats, 1.98 * 0x7f800000);
  // Of numbers that are a few times the least one everything is within 4 ulp.
  const auto isRefused = [](const std::string &record, const LinesTruth &of) {
    return std::ranges::none_of(proveLines(read(record), of, 4, 4'000), [](const auto &proof) {
      return std::max(-proof.low, proof.high) > 0x1p-126f;
    });
  };
  EXPECT_FALSE(isRefused(begin + "selectf,1,2,4", truth));
  // The wrong way round, as if nothing were drawn, another factor.
  for (const char *other : {"selectf,1,4,2", "tc,0 selectf,5,2,4", "tc,1 selectf,5,2,4",
                            "nf,3ff5555660000000 mulf,0,5 selectf,1,2,6", "addf,2,4"})
    EXPECT_TRUE(isRefused(begin + other, truth)) << other;
  // Where one outcome never comes, or there are two draws, the bit does not say which it is.
  truth.parameters[0] = 0;
  EXPECT_TRUE(isRefused("xf drawnc nf,0 selectf,1,2,0", truth));
  for (const char *text :
       {"def f(x; p = 0.5, seed = 7) = if dropped(p, seed, 0) and dropped(p, seed, 1) then 0 else "
        "x",
        "def f(x; p = 0.5, seed = 7) = if dropped(p * x, seed, 0) then 0 else x"})
    EXPECT_TRUE(isRefused("xf drawnc nf,0 selectf,1,2,0", truthOf(text, 0, {0.5f, 7}))) << text;
}

// What is compared with an infinite parameter is on one side of it.
TEST(LinesProof, WithAnInfiniteParameterIsOfAllNumbers) {
  const LinesTruth truth =
      truthOf("def f(x; m = inf) = if x >= m then 1 else 3 * x", 0, {HUGE_VALF});
  const std::vector<LinesProof> proofs =
      proveLines(read("xf pf,0 cmpc,6,0,1 nf,3ff0000000000000 nf,4008000000000000 mulf,0,4 "
                      "selectf,2,3,5"),
                 truth, 4, enough);
  ASSERT_EQ(proofs.size(), 1u);
  EXPECT_EQ(proofs[0].low, -FLT_MAX);
  EXPECT_EQ(proofs[0].high, FLT_MAX);
  EXPECT_TRUE(proveLines(read("xf pf,0 cmpc,1,0,1 nf,3ff0000000000000 nf,4008000000000000 "
                              "mulf,0,4 selectf,2,3,5"),
                         truth, 4, 2'000)
                  .empty());
}

/// An expression as text and as operations.
class Draft {
public:
  explicit Draft(std::mt19937 &random) : random(random) { lines.steps.push_back({Op::Input}); }

  std::string make(unsigned depth) {
    if (depth == 0)
      return random() % 3 ? variable() : constant();
    switch (random() % 7) {
    case 0:
      return binary(Op::Add, " + ", depth);
    case 1:
      return binary(Op::Sub, " - ", depth);
    case 2:
    case 3:
      return binary(Op::Mul, " * ", depth);
    case 4: {
      const std::string text = make(depth - 1);
      const unsigned a = last;
      push({Op::Abs, Type::Float, 0, {a}});
      const unsigned size = last;
      push({Op::Number, Type::Float, 0, {}, 1});
      push({Op::Add, Type::Float, 0, {size, last}});
      push({Op::Div, Type::Float, 0, {a, last}});
      return "((" + text + ") / (1 + abs(" + text + ")))";
    }
    case 5: {
      const std::string a = make(depth - 1);
      const unsigned left = last;
      const std::string b = constant();
      const unsigned right = last;
      push({Op::Compare, Type::Condition, Lines::lessThan, {left, right}});
      push({Op::Select, Type::Float, 0, {last, right, left}});
      return "max(" + a + ", " + b + ")";
    }
    default: {
      const std::string text = make(depth - 1);
      push({Op::Neg, Type::Float, 0, {last}});
      return "(-(" + text + "))";
    }
    }
  }

  Lines finished() {
    lines.steps.resize(last + 1);
    return lines;
  }

private:
  void push(Lines::Step step) {
    lines.steps.push_back(std::move(step));
    last = unsigned(lines.steps.size() - 1);
  }
  std::string variable() {
    last = 0;
    return "x";
  }
  std::string constant() {
    const double value = double(1 + random() % 40) / 8;
    push({Op::Number, Type::Float, 0, {}, value});
    return std::to_string(value);
  }
  std::string binary(Op op, const char *between, unsigned depth) {
    const std::string a = make(depth - 1);
    const unsigned left = last;
    const std::string b = make(depth - 1);
    push({op, Type::Float, 0, {left, last}});
    return "(" + a + between + b + ")";
  }

  std::mt19937 &random;
  Lines lines;
  unsigned last = 0;
};

TEST(LinesProof, OfOperationsMadeByChanceIsTrue) {
  std::mt19937 random(23);
  unsigned proved = 0;
  for (int i = 0; i < 40; ++i) {
    Draft draft(random);
    const std::string text = draft.make(1 + i % 3) + " + 0 * x";
    const Lines lines = draft.finished();
    const LinesTruth truth = truthOf(text);
    const std::vector<LinesProof> proofs = proveLines(lines, truth, 4, 2'000);
    proved += !proofs.empty();
    expectTrue(proofs, lines, truth, text, random);
    // With another number or operation it is another function, and what is proved is still true.
    Lines changed = lines;
    Lines::Step &step = changed.steps[random() % changed.steps.size()];
    if (step.op == Op::Number)
      step.number = double(std::nextafter(float(step.number), 0.0f));
    else if (step.op == Op::Add)
      step.op = Op::Sub;
    else if (step.op == Op::Compare)
      step.detail = Lines::greaterThan;
    expectTrue(proveLines(changed, truth, 4, 2'000), changed, truth, text + ", changed", random);
  }
  EXPECT_GE(proved, 30u);
}

TEST(LinesProof, OfAnotherFunctionIsNone) {
  for (const LinesProof &proof : proveLines(read(relu), truthOf("max(x, 0.001)"), 4, enough))
    EXPECT_FALSE(proof.low <= 0.0005f && proof.high >= 0.0005f);
  EXPECT_TRUE(proveLines(read("xf unknownf"), truthOf("x"), 4, enough).empty());
}

// e^x as it is computed: an integer by a large number that is added, its power of two by bits that
// are shifted, and what one rounding does to both 1 + e and e.
TEST(LinesProof, OfBitsTablesAndSignsIsTrue) {
  const std::string power =
      "xf nf,4168000000000000 addf,0,1 bitsi,2 ni,17 shli,3,4 nf,3ff0000000000000 bitsi,6 "
      "addi,5,7 bitsf,8";
  const std::vector<LinesProof> steps = proveLines(
      read(power), truthOf("if x < 0.5 then 1 else if x < 1.5 then 2 else 4"), 4, enough);
  const auto isProved = [](const std::vector<LinesProof> &proofs, float low, float high) {
    for (const LinesProof &proof : proofs)
      if (proof.low <= low && proof.high >= high)
        return true;
    return false;
  };
  EXPECT_TRUE(isProved(steps, 0.001f, 0.49f));
  EXPECT_TRUE(isProved(steps, 0.51f, 1.49f));
  EXPECT_TRUE(isProved(steps, 1.51f, 2.4f));
  EXPECT_FALSE(isProved(steps, 2.4f, 2.6f));
  // A table of slopes, by the nearest integer.
  const std::vector<LinesProof> table =
      proveLines(read("xf nf,4168000000000000 addf,0,1 bitsi,2 lookf,3,3f800000,40000000 mulf,0,4"),
                 truthOf("if abs(x) < 0.5 then x else 2 * x"), 4, enough);
  EXPECT_TRUE(isProved(table, 0.01f, 0.49f));
  EXPECT_TRUE(isProved(table, 0.51f, 1.4f));
  EXPECT_FALSE(isProved(table, 1.4f, 1.6f));
  // The sign of x put on, and taken by its bit.
  EXPECT_TRUE(isProved(proveLines(read("xf nf,4000000000000000 signf,1,0"),
                                  truthOf("if x < 0 then -2 else 2"), 4, enough),
                       1e-30f, 1e30f));
  EXPECT_TRUE(isProved(
      proveLines(read("xf nf,4008000000000000 bitsi,0 ni,80000000 andi,2,3 bitsi,1 xori,4,5 "
                      "bitsf,6 mulf,0,7"),
                 truthOf("3 * abs(x)"), 4, enough),
      -1e30f, -1e-30f));
  // x over a power of two, by its exponent.
  EXPECT_TRUE(isProved(
      proveLines(read("xf bitsi,0 ni,1000000 subi,1,2 bitsf,3"), truthOf("x / 4"), 4, enough),
      1e-30f, 1e30f));
}

// Next to zero what is left of a product is rounded, too. As roundings apart they would come
// to 1.5.
TEST(LinesProof, SeesOneRoundingOnTwoWays) {
  const Lines lines = read("xf pf,0 mulf,0,1 negf,2 fmaf,0,1,3 addf,2,4");
  const std::vector<LinesProof> proofs =
      proveLines(lines, truthOf("def f(x; a = 0.3) = a * x", 0, {0.3f}), 4, enough);
  ASSERT_FALSE(proofs.empty());
  for (const LinesProof &proof : proofs)
    if (proof.low <= 1 && proof.high >= 2)
      EXPECT_LE(proof.ulps, 1.001);
  std::mt19937 random(3);
  expectTrue(proofs, lines, truthOf("def f(x; a = 0.3) = a * x", 0, {0.3f}), "0.3 * x", random);
}

LinesTruth truthOfTwo(const std::string &text, unsigned varying,
                      std::vector<std::uint32_t> derivative = {}) {
  LinesTruth truth = truthOf(text);
  truth.input = varying;
  truth.derivative = std::move(derivative);
  return truth;
}

// Of a gate what is proved holds for every other input that there is word of, of either sign.
TEST(LinesProof, WithASecondInputIsTrueForAllOfIt) {
  struct Gate {
    const char *text, *record;
    unsigned varying;
    std::vector<std::uint32_t> derivative;
    double ulps;
  };
  constexpr const char *soft = "xf xf,1 nf,3ff0000000000000 absf,0 addf,2,3 divf,0,4 mulf,5,1",
                       *relu = "xf xf,1 nf,0 cmpc,4,0,2 selectf,3,0,2 mulf,4,1",
                       *shifted = "xf xf,1 nf,0 cmpc,4,0,2 selectf,3,0,2 nf,401c000000000000 "
                                  "cmpc,1,1,5 selectf,6,1,5 nf,c01c000000000000 cmpc,4,7,8 "
                                  "selectf,9,7,8 nf,3ff0000000000000 addf,10,11 mulf,4,12",
                       *shiftedFirst = "xf,1 xf nf,0 cmpc,4,0,2 selectf,3,0,2 nf,401c000000000000 "
                                       "cmpc,1,1,5 selectf,6,1,5 nf,c01c000000000000 cmpc,4,7,8 "
                                       "selectf,9,7,8 nf,3ff0000000000000 addf,10,11 mulf,12,4",
                       *third = "xf xf,1 nf,3fd5555560000000 mulf,1,2 mulf,3,0";
  const Gate gates[] = {{"def f(x, b) = x / (1 + abs(x)) * b", soft, 0, {}, 4},
                        {"def f(x, b) = max(x, 0) * b", relu, 0, {}, 0.5},
                        {"def f(b, x) = b * x / 3", third, 1, {}, 4},
                        {"def f(x, b) = x * x * b", "xf xf,1 mulf,0,0 mulf,2,1", 0, {}, 2},
                        {"def f(x, b) = x * x * b", "xf xf,1 addf,0,0 mulf,2,1", 0, {0}, 0.5},
                        {"def f(x, b) = x * x * b", "xf xf,1 mulf,0,0", 0, {1}, 0.5},
                        // A factor that is made of b, rounded, and is 0 at -1.
                        {"def f(x, b) = max(x, 0) * (max(min(b, 7), -7) + 1)", shifted, 0, {}, 2.5},
                        {"def f(b, x) = let c = max(min(b, 7), -7) in (c + 1) * max(x, 0)",
                         shiftedFirst,
                         1,
                         {},
                         2.5}};
  std::mt19937 random(31);
  std::uniform_real_distribution<float> exponent(-32, 32), mantissa(-2, 2);
  for (const Gate &gate : gates) {
    const Lines lines = read(gate.record);
    const LinesTruth truth = truthOfTwo(gate.text, gate.varying, gate.derivative);
    const std::vector<LinesProof> proofs = proveLines(lines, truth, 4, enough);
    reference::KernelTruth oracle(truth.program, truth.definition, truth.derivative, {});
    unsigned tried = 0;
    for (int i = 0; i < 400; ++i) {
      float inputs[2];
      const float x = inputs[gate.varying] = std::ldexp(mantissa(random), int(random() % 20) - 10);
      inputs[1 - gate.varying] = (random() % 2 ? 1.0f : -1.0f) * std::exp2(exponent(random));
      if (i % 8 == 0) // a zero of a factor, and what is next to it
        inputs[1 - gate.varying] = -1 + float(int(random() % 5) - 2) * 0x1p-23f;
      for (const LinesProof &proof : proofs)
        if (proof.low <= x && x <= proof.high) {
          const double at[] = {double(inputs[0]), double(inputs[1])};
          const double right = oracle.at(at, {}).front().truth.high;
          const int binade = right == 0 ? -126 : std::max(std::ilogb(right), -126);
          EXPECT_LE(std::fabs(double(*lines.at(inputs, {})) - right),
                    std::min(proof.ulps, gate.ulps) * std::ldexp(1 + 1e-6, binade - 23))
              << gate.text << " at " << at[0] << ", " << at[1];
          ++tried;
        }
    }
    EXPECT_GT(tried, 300u) << gate.text;
  }
}

// A factor that is made of the other input counts with its own rounding, and only where it is what
// the text has, or zero with it, and of a size that a factor may have.
TEST(LinesProof, WithAFactorOfTheOtherInputIsOfBothParts) {
  constexpr const char *rectified = "xf xf,1 nf,0 cmpc,4,0,2 selectf,3,0,2 ";
  struct Case {
    const char *text, *factor;
    double least; ///< of what is proved in ulp; 0: nothing
  };
  constexpr const char *held = "nf,3ff0000000000000 nf,4010000000000000 absf,1 cmpc,1,7,6 "
                               "selectf,8,7,6 addf,5,9 mulf,4,10",
                       *halved = "nf,3fe0000000000000 nf,4010000000000000 absf,1 cmpc,1,7,6 "
                                 "selectf,8,7,6 mulf,5,9 mulf,4,10",
                       *twice =
                           "nf,3ff0000000000000 nf,4010000000000000 absf,1 cmpc,1,7,6 "
                           "selectf,8,7,6 addf,5,9 nf,4000000000000000 selectf,3,11,2 mulf,12,10";
  const Case cases[] = {
      {"def f(x, y) = max(x, 0) * (1 + min(abs(y), 4))", held, 1.5},
      {"def f(x, y) = (if x > 0 then 2 else 0) * (1 + min(abs(y), 4))", twice, 0.5},
      {"def f(x, y) = max(x, 0) * (1 + min(abs(y), 3))", held, 0},
      {"def f(x, y) = max(x, 0) * (1 + min(abs(y), 4) + x)", held, 0},
      {"def f(x, y) = max(x, y) * (1 + min(abs(y), 4))", held, 0},
      {"def f(x, y) = max(x, 0) * (min(abs(y), 4) / 2)", halved, 0}}; // below 2^-32 somewhere
  for (const Case &each : cases) {
    const Lines lines = read(std::string(rectified) + each.factor);
    const std::vector<LinesProof> proofs = proveLines(lines, truthOfTwo(each.text, 0), 4, enough);
    const auto proof = std::ranges::find_if(
        proofs, [](const LinesProof &at) { return at.low <= 1 && at.high >= 2; });
    ASSERT_EQ(proof != proofs.end(), each.least > 0) << each.text;
    if (each.least > 0)
      EXPECT_TRUE(proof->ulps >= each.least && proof->ulps <= each.least + 1) << each.text;
  }
}

// A product is guarded: where it is no normal number, and neither of its factors, made larger by
// it, is zero, a lane goes elsewhere. Which factor is the smaller is not told.
TEST(LinesProof, WithASecondInputSeesThroughAGuard) {
  const std::string guarded = "xf xf,1 nf,0 cmpc,4,0,2 selectf,3,0,2 mulf,1,4 absf,5 bitsi,6 "
                              "ni,800000 subi,7,8 ni,7f000000 cmpc,17,9,10 absf,4 absf,1 "
                              "cmpc,1,12,13 selectf,14,12,13 addf,15,6 cmpc,%s,16,%s orc,11,17 "
                              "tc,1 xorc,18,19 unknownf selectf,20,21,5";
  const auto proofs = [&](const char *order, const char *with) {
    char record[400];
    std::snprintf(record, sizeof record, guarded.c_str(), order, with);
    return proveLines(read(record), truthOfTwo("def f(x, b) = max(x, 0) * b", 0), 4, enough);
  };
  const auto isProvedAt = [](const std::vector<LinesProof> &all, float x) {
    return std::ranges::any_of(
        all, [&](const LinesProof &each) { return each.low <= x && each.high >= x; });
  };
  for (float x : {0x1p-90f, 0.5f, 3.0f, 0x1p90f, -0x1p-140f, -1.0f, -0x1p120f})
    EXPECT_TRUE(isProvedAt(proofs("2", "2"), x)) << x;
  // Where it goes elsewhere nothing is known: below zero, if that is no reason to stay.
  for (float x : {-0x1p-140f, -1.0f, -0x1p120f})
    EXPECT_FALSE(isProvedAt(proofs("4", "2"), x)) << x;
  // All of it, if the guard is turned.
  const std::string turned =
      guarded.substr(0, guarded.find("tc,1")) + "tc,0" + guarded.substr(guarded.find("tc,1") + 4);
  char record[400];
  std::snprintf(record, sizeof record, turned.c_str(), "2", "2");
  EXPECT_TRUE(
      proveLines(read(record), truthOfTwo("def f(x, b) = max(x, 0) * b", 0), 4, 2'000).empty());
}

// What is no factor is another function for every other input.
TEST(LinesProof, WithASecondInputThatIsNoFactorIsNone) {
  for (const char *text : {"def f(x, b) = x + b", "def f(x, b) = x * b * b", "def f(x, b) = x / b",
                           "def f(x, b) = x * exp(b)", "def f(x, b) = x * (b + 1)"})
    EXPECT_TRUE(proveLines(read("xf xf,1 mulf,0,1"), truthOfTwo(text, 0), 4, 2'000).empty())
        << text;
  for (const char *record : {"xf xf,1 addf,0,1", "xf xf,1 mulf,0,1 mulf,2,1", "xf xf,1 divf,0,1",
                             "xf xf,1 nf,3ff0000000000000 cmpc,1,1,2 selectf,3,0,1",
                             "xf xf,1 bitsi,1 ni,1 addi,2,3 bitsf,4 mulf,0,5"})
    EXPECT_TRUE(proveLines(read(record), truthOfTwo("def f(x, b) = x * b", 0), 4, 2'000).empty())
        << record;
  // Where it overflows or underflows for some nothing is said.
  for (const LinesProof &proof :
       proveLines(read("xf xf,1 mulf,0,1"), truthOfTwo("def f(x, b) = x * b", 0), 4, enough)) {
    EXPECT_LE(std::max(std::fabs(proof.low), std::fabs(proof.high)), 0x1p96f);
    EXPECT_GE(std::min(std::fabs(proof.low), std::fabs(proof.high)), 0x1p-95f);
  }
}

TEST(Lines, AreReadAsTheyWereWritten) {
  const std::string record = std::string("lines ") +
                             "xf pf,1 nf,3fe0000000000000 tc,1 unknownf cmpc,6,0,1 andc,3,5 "
                             "selectf,6,4,0 widend,7 sqrtd,8 narrowf,9 fmaf,0,1,10 bitsi,11 "
                             "ni,80000000 xori,12,13 shri,14,13 cmpc,20,15,13 bitsl,8 shrzl,17,17 "
                             "lookf,12,3f800000,bf800000 signf,19,0 roundf,20 floorf,21 drawnc "
                             "selectf,23,22,21";
  const std::optional<Lines> lines = compiler::linesOfRecord(record);
  ASSERT_TRUE(lines);
  EXPECT_EQ(compiler::recordOf(*lines), record);
  // What is cut off or changed is none or another one, and running it is safe.
  std::mt19937 random(5);
  for (std::size_t i = 0; i < record.size(); ++i)
    for (std::string other : {record.substr(0, i), record}) {
      if (other.size() == record.size())
        other[i] = char(random() % 128);
      if (const std::optional<Lines> read = compiler::linesOfRecord(other))
        (void)read->at(1.5f, {});
    }
  for (const char *none : {"",
                           "lines",
                           "lines addf,0,0",
                           "lines xf addf,0,1",
                           "lines xf narrowf,0",
                           "lines xf selectf,0,0,0",
                           "lines xd",
                           "lines xf nf,3fb999999999999a",
                           "lines xf cmpc,16,0,0",
                           "lines xf tc,2",
                           "lines xf cmpc,1,0,0",
                           "lines xf bitsi,0",
                           "lines xf bitsl,0 bitsf,1",
                           "lines ni,1 muli,0,0 bitsf,1",
                           "lines xf,0",
                           "lines xf bitsi,0 lookf,1,0,0,0",
                           "lines ni,100000000 bitsf,0",
                           "lines xf bitsi,0 cmpc,8,1,1 selectf,2,0,0",
                           "lines drawnf",
                           "lines xf drawnc,0"})
    EXPECT_FALSE(compiler::linesOfRecord(none)) << none;
}

} // namespace
} // namespace xphi::numerics
