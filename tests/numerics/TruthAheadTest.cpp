// What is found of a check before there is a kernel is what the check would have found.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/TruthAhead.h"

#include "check/Effort.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::CheckedFunction;
using compiler::Point;
using compiler::TruthAhead;
using reference::Expected;

CheckedFunction functionOf(const std::string &text, ElementType type = ElementType::F32) {
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text}, &lib::library());
  EXPECT_TRUE(parsed) << parsed.render();
  const dsl::DefinitionIndex entry = parsed.program->entry();
  KernelSpec spec;
  spec.target = "x86-64-v3";
  const std::vector<std::string> &inputs = parsed.program->definitions[entry].inputs;
  spec.types.inputs.assign(inputs.size(), type);
  spec.types.output = type;
  spec.gradients = inputs;
  return {parsed.program, entry, std::move(spec)};
}

bool isSame(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool isSame(const std::vector<Expected> &a, const std::vector<Expected> &b) {
  return std::ranges::equal(a, b, [](const Expected &one, const Expected &other) {
    return one.known == other.known && isSame(one.largestTerm, other.largestTerm) &&
           isSame(one.truth.low, other.truth.low) && isSame(one.truth.high, other.truth.high);
  });
}

std::vector<Point> elementsOf(const CheckedFunction &function) {
  std::vector<Point> points = compiler::pointsFor(*function.program, function.definition,
                                                  compiler::Effort(function).pointCount())
                                  .inOrder();
  std::ranges::for_each(points, compiler::ToElements(function.spec.types.inputs));
  return points;
}

// The second has no numbers at most points, of which the truth loses its patience.
const char *const texts[] = {"x * Phi(1.0137 * x)", "log(-1 - x * x) + sqrt(x)",
                             "def f(x, y; a = 0.5) = x * sigmoid(y) + a / x",
                             "if x > 0.25 then x else exp(x) - 1"};

class TruthAheadTest : public ::testing::TestWithParam<ElementType> {};

INSTANTIATE_TEST_SUITE_P(Types, TruthAheadTest,
                         ::testing::Values(ElementType::F32, ElementType::BF16, ElementType::F64));

TEST_P(TruthAheadTest, IsTheTruthInOrderHoweverOftenItIsInterrupted) {
  for (const char *text : texts) {
    const CheckedFunction function = functionOf(text, GetParam());
    TruthAhead ahead(function);
    while (!ahead.isComplete()) { // by two threads in turns, a different number of points each
      std::atomic<bool> enough = false;
      std::thread second([&] { ahead.find(enough); });
      std::this_thread::yield();
      enough = true;
      second.join();
      std::atomic<bool> isEnough = true;
      ahead.find(isEnough);
    }
    reference::KernelTruth truth = compiler::truthOf(function);
    const std::vector<float> parameters =
        compiler::parameterSets(*function.program, function.definition).front();
    const std::vector<Point> points = elementsOf(function);
    ASSERT_GT(points.size(), 50u);
    for (std::size_t i = 0; i != points.size(); ++i) {
      const std::vector<Expected> *there = ahead.at(i, points[i]);
      ASSERT_TRUE(there) << text << ", point " << i;
      EXPECT_TRUE(isSame(*there, truth.at(points[i], parameters))) << text << ", point " << i;
    }
    // And as patient afterwards.
    reference::KernelTruth after = ahead.source();
    for (const Point &point : points)
      EXPECT_TRUE(isSame(after.at(point, parameters), truth.at(point, parameters))) << text;
  }
}

TEST(TruthAheadTest, IsOfThatPlaceAndPointOnly) {
  const CheckedFunction function = functionOf(texts[0]);
  TruthAhead ahead(function);
  EXPECT_FALSE(ahead.points());
  const std::atomic<bool> enough = false;
  ahead.find(enough);
  ASSERT_TRUE(ahead.points());
  const std::vector<Point> points = elementsOf(function);
  for (std::size_t i = 1; i < points.size(); ++i)
    if (!isSame(points[i][0], points[i - 1][0]))
      EXPECT_FALSE(ahead.at(i, points[i - 1])) << i;
  EXPECT_FALSE(ahead.at(points.size(), points.back()));
}

// Others are looked at first, or there is no check.
TEST(TruthAheadTest, IsNotLookedForWhereTheCheckDoesNotBeginWithIt) {
  const std::atomic<bool> enough = false;
  std::vector<CheckedFunction> functions = {
      functionOf("def gelu(x) = x * Phi(x)"), functionOf("x", ElementType::FP8_E4M3),
      functionOf("def f(x) = dropout(x; p = 0.5, seed = 3) * 2")};
  functions.push_back(functionOf(texts[0]));
  functions.back().spec.target = "aarch64-neon";
  functions.push_back(functionOf(texts[0]));
  functions.back().spec.derivative.assign(5, "x");
  for (const CheckedFunction &function : functions) {
    TruthAhead ahead(function);
    ahead.find(enough);
    EXPECT_FALSE(ahead.points());
    EXPECT_TRUE(ahead.isComplete());
  }
}

} // namespace
} // namespace xphi::numerics
