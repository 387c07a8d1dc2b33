// The measurement itself: what is right passes, and each known kind of fault is found.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/Accuracy.h"

#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/AccuracyReport.h"
#include "tests/numerics/FloatSpread.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <set>
#include <sstream>
#include <unistd.h>

namespace xphi::numerics {
namespace {

using reference::Answer;
using reference::Oracle;

constexpr float infinity = std::numeric_limits<float>::infinity();

Oracle oracleFor(const std::string &expression, int order) {
  dsl::ParseResult parsed = dsl::analyse({"<test>", expression});
  EXPECT_TRUE(parsed) << parsed.render();
  return Oracle(parsed.program, parsed.program->entry(), order);
}

std::vector<float> everyHundredth() {
  const std::vector<float> all = floatSpread();
  std::vector<float> points;
  for (std::size_t i = 0; i < all.size(); i += 100)
    points.push_back(all[i]);
  for (float special : {0.0f, -0.0f, infinity, -infinity, NAN, FLT_MAX, -FLT_MAX})
    points.push_back(special);
  return points;
}

/// What code that rounds the true k-th derivative correctly and then does `damage` is measured as.
Accuracy measured(const std::string &expression, int k,
                  const std::function<float(float x, float y)> &damage) {
  const Oracle oracle = oracleFor(expression, k);
  const std::vector<float> points = everyHundredth();
  const std::vector<Answer> answers = answersAt(oracle, points);
  std::vector<float> results;
  for (std::size_t i = 0; i < points.size(); ++i) {
    float y = static_cast<float>(answers[i].derivatives[k].high);
    if (y == 0)
      y = std::copysign(y, points[i]);
    results.push_back(damage(points[i], y));
  }
  return measure(oracle, k, points, results, answers);
}

float unharmed(float, float y) { return y; }

TEST(FloatSpread, HasAHundredThousandDifferentFloats) {
  const std::vector<float> points = floatSpread();
  std::set<std::uint32_t> patterns;
  std::size_t subnormals = 0, nans = 0, negative = 0;
  for (float x : points) {
    patterns.insert(std::bit_cast<std::uint32_t>(x));
    subnormals += std::fpclassify(x) == FP_SUBNORMAL;
    nans += std::isnan(x);
    negative += std::signbit(x);
  }
  EXPECT_EQ(patterns.size(), floatSpreadSize);
  EXPECT_GT(subnormals, 1'000u);
  EXPECT_GT(nans, 100u);
  EXPECT_GT(negative, 45'000u);
  for (float special :
       {0.0f, -0.0f, infinity, -infinity, FLT_MIN, FLT_TRUE_MIN, FLT_MAX, -3.0f, 6.0f})
    EXPECT_TRUE(patterns.count(std::bit_cast<std::uint32_t>(special))) << special;
  // Whatever the exponent, some float has it.
  std::set<int> exponents;
  for (std::uint32_t pattern : patterns)
    exponents.insert(pattern >> 23);
  EXPECT_EQ(exponents.size(), 512u);
}

TEST(FloatSpread, IsAlwaysTheSame) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (float x : floatSpread())
    hash = (hash ^ std::bit_cast<std::uint32_t>(x)) * 0x100000001b3u;
  EXPECT_EQ(hash, 0x62ddbc77b68d4fffu);
}

TEST(Accuracy, CorrectRoundingIsHalfAnUlp) {
  for (int k : {0, 1, 2}) {
    Accuracy accuracy = measured("x * Phi(x)", k, unharmed);
    EXPECT_LE(accuracy.regular.ulp, 0.5001);
    EXPECT_LE(accuracy.subnormal.ulp, 0.5001);
    EXPECT_LE(accuracy.againstTerms.ulp, 0.5001);
    EXPECT_TRUE(accuracy.faults.empty()) << accuracy.faults.front();
  }
}

TEST(Accuracy, SeesFiveUlp) {
  auto fiveUp = [](float x, float y) {
    if (x == 1.5f)
      for (int i = 0; i < 5; ++i)
        y = std::nextafter(y, infinity);
    return y;
  };
  Oracle oracle = oracleFor("tanh(x)", 0);
  const std::vector<float> points = {0.5f, 1.5f, 2.5f};
  const std::vector<Answer> answers = answersAt(oracle, points);
  std::vector<float> results;
  for (std::size_t i = 0; i < points.size(); ++i)
    results.push_back(fiveUp(points[i], static_cast<float>(answers[i].derivatives[0].high)));
  Accuracy accuracy = measure(oracle, 0, points, results, answers);
  EXPECT_NEAR(accuracy.regular.ulp, 5, 0.5);
  EXPECT_EQ(accuracy.regular.input, 1.5f);
}

TEST(Accuracy, SeesAFlushedTail) {
  Accuracy accuracy = measured("x * Phi(x)", 0, [](float, float y) {
    return std::fpclassify(y) == FP_SUBNORMAL ? std::copysign(0.0f, y) : y;
  });
  EXPECT_LE(accuracy.regular.ulp, 0.5001);
  EXPECT_GT(accuracy.subnormal.ulp, 1e3);
}

TEST(Accuracy, SeesASwallowedNaN) {
  Accuracy accuracy =
      measured("clamp(x, 0, 6)", 0, [](float, float y) { return std::isnan(y) ? 0.0f : y; });
  ASSERT_FALSE(accuracy.faults.empty());
  EXPECT_NE(accuracy.faults[0].find("not NaN"), std::string::npos) << accuracy.faults[0];
}

TEST(Accuracy, SeesANaNThatLeaks) {
  Accuracy accuracy = measured("x * Phi(x)", 0, [](float x, float y) {
    return x == -infinity ? std::numeric_limits<float>::quiet_NaN() : y;
  });
  EXPECT_EQ(accuracy.faults.size(), 1u);
}

TEST(Accuracy, SeesAWrongLimit) {
  auto accuracy =
      measured("x * Phi(x)", 1, [](float x, float y) { return x == infinity ? infinity : y; });
  EXPECT_EQ(accuracy.faults.size(), 1u);
}

TEST(Accuracy, SeesAnEarlyOverflow) {
  Accuracy accuracy = measured("exp(x)", 0, [](float x, float y) { return x > 80 ? infinity : y; });
  EXPECT_GT(accuracy.regular.ulp, 1e3);
}

TEST(Accuracy, SeesTheWrongSignOfZero) {
  auto plus = [](float x, float y) { return x == 0 ? std::fabs(y) : y; };
  EXPECT_EQ(measured("x * Phi(x)", 0, plus).faults.size(), 1u);
  EXPECT_EQ(measured("x^2", 0, plus).faults.size(), 0u);
  // Constant on the left: no sign is wrong.
  EXPECT_EQ(measured("if x > 0 then x else 0", 0, plus).faults.size(), 0u);
}

TEST(Accuracy, ForgivesADerivativeOnlyWhereItsTermsCancel) {
  const float nearZero = -0.75179154f;
  Oracle oracle = oracleFor("x * Phi(x)", 1);
  const std::vector<float> points = {nearZero, 2};
  const std::vector<Answer> answers = answersAt(oracle, points);
  const float ulpOfTheTerms = 0x1p-26f; // the terms are 0.226
  std::vector<float> results = {static_cast<float>(answers[0].derivatives[1].high) + ulpOfTheTerms,
                                static_cast<float>(answers[1].derivatives[1].high)};
  Accuracy accuracy = measure(oracle, 1, points, results, answers);
  EXPECT_GT(accuracy.regular.ulp, 1e3);
  EXPECT_NEAR(accuracy.againstTerms.ulp, 1, 0.51);
}

/// Where no formula of the library cancels badly in double: not near zero, not at infinity.
TEST(Accuracy, TheInterpreterInDoubleRoundsWell) {
  std::vector<float> points = everyHundredth();
  std::erase_if(points, [](float x) { return std::fabs(x) < 0x1p-7f || std::isinf(x); });
  for (const dsl::LibraryFile &file : lib::library().entries()) {
    std::shared_ptr<const dsl::Program> program = lib::library().load(file.name)->program;
    ASSERT_TRUE(program) << file.name;
    if (program->definitions[program->entry()].inputs.size() > 1 ||
        dsl::draws(*program, program->entry())) // NaN is not told from an element that is dropped
      continue;
    const Oracle oracle(program, program->entry(), 0);
    std::vector<double> parameters = dsl::defaultParameters(*program, program->entry());
    for (double &parameter : parameters)
      parameter = static_cast<float>(parameter);
    std::vector<float> results;
    for (float x : points) {
      const double input = x;
      results.push_back(static_cast<float>(
          dsl::evaluate(*program, program->entry(), std::span(&input, 1), parameters)));
    }
    Accuracy accuracy = measure(oracle, 0, points, results, answersAt(oracle, points));
    EXPECT_LE(accuracy.againstTerms.ulp, 0.51)
        << file.name << " at " << accuracy.againstTerms.input;
    for (const std::string &fault : accuracy.faults)
      ADD_FAILURE() << file.name << " " << fault;
  }
}

TEST(AccuracyReport, ReplacesWhatIsBetweenTheMarks) {
  const std::string path = testing::TempDir() + "figures-" + std::to_string(::getpid()) + ".md";
  std::ofstream(path) << "before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n";
  MeasuredFunction function;
  function.name = "gelu";
  function.points = {{2, -5.5f}};
  function.value.regular = {1.234, -5.5f, 0, 1};
  EXPECT_TRUE(replaceFigures(path, markdownTable({function})));
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str().find("old"), std::string::npos);
  EXPECT_NE(text.str().find("| gelu | 1.23 | -5.5 |"), std::string::npos) << text.str();
  EXPECT_NE(text.str().find("-->\nafter\n"), std::string::npos);
  EXPECT_FALSE(replaceFigures(path + ".missing", ""));
  std::filesystem::remove(path);
}

} // namespace
} // namespace xphi::numerics
