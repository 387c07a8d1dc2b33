// Which parts of a function are fitted, and to what.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"

#include "analysis/InOutput.h"
#include "approx/FittedValue.h"
#include "dialect/XphiDialect.h"
#include "passes/FitParts.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace xphi::analysis {
namespace {

using compiler::Fit;
using compiler::FitLimits;

std::vector<Fit> fitsOf(const std::string &text, const FitLimits &limits) {
  const Imported imported(text, Imported::Form::Simplified);
  compiler::FitSearches searches;
  std::vector<Fit> fits;
  compiler::fitParts(imported.function(), limits, {{"a", 1.7}}, searches, fits);
  return fits;
}

/// Only a result is moved to round to elements: what else is made of a part needs its bound.
TEST(FitParts, OnlyResultsAreMadeTheNearestElements) {
  FitLimits limits;
  limits.elements = {ElementType::BF16, ElementType::BF16};
  for (const char *part : {"sigmoid(x) * tanh(x)", "x * Phi(x)", "atan(x)", "softplus(x)"}) {
    const std::string text = part;
    const std::vector<Fit> alone = fitsOf("def f(x) = " + text, limits);
    ASSERT_EQ(alone.size(), 1u) << text;
    EXPECT_TRUE(alone[0].isNearest) << text;
    for (const std::string &around :
         {text + " * a", "a + (" + text + ")", "max(" + text + ", a)", "(" + text + ") / a",
          "-(a * (" + text + "))", "if a > 1 then " + text + " else a"}) {
      const std::vector<Fit> within = fitsOf("def f(x; a = 1.7) = " + around, limits),
                             asFloats = fitsOf("def f(x; a = 1.7) = " + around, {});
      ASSERT_EQ(within.size(), 1u) << around;
      ASSERT_EQ(asFloats.size(), 1u) << around;
      EXPECT_FALSE(within[0].isNearest) << around;
      EXPECT_EQ(within[0].table, asFloats[0].table) << around;
    }
  }
}

// A fit that is not tried at all elements leaves doubts, as f32 without it does, so of the two what
// costs less is taken, as of floats. Of f16 doubts are less rare, and of 32 segments degrees are
// few.
TEST(FitParts, ThatLeaveDoubtsOfFewBitsMustCostLess) {
  unsigned dropped = 0;
  for (const char *text :
       {"if x > 0 then 1.05 else 1.76 * exp(x)", "exp(x) * a", "a / (1 + exp(x))", "a * sigmoid(x)",
        "a * softplus(x)", "a + tanh(x)", "a * (x * Phi(x))", "max(exp(x), a)"}) {
    const std::string whole = std::string("def f(x; a = 1.7) = ") + text;
    const auto of = [&](unsigned segments, std::optional<ElementType> type) {
      FitLimits limits{segments};
      limits.moreSegments = segments < 32 ? 2 * segments : 0;
      if (type)
        limits.elements = {*type, *type};
      return fitsOf(whole, limits);
    };
    const std::vector<Fit> found = of(8, ElementType::BF16);
    // In pairs f32 has forms of elementary functions, too, and elements only tables.
    if (std::ranges::none_of(found,
                             [](const Fit &fit) { return fit.isNearest || !fit.lows.empty(); })) {
      EXPECT_EQ(found.size(), of(8, std::nullopt).size()) << text;
    }
    EXPECT_FALSE(of(32, ElementType::BF16).empty()) << text;
    dropped += found.empty() && !of(8, ElementType::F16).empty();
  }
  EXPECT_GE(dropped, 2u);
}

TEST(FitParts, ThatDependOnOneSumOrProductAreFitsOfPairs) {
  for (const char *u : {"(a * x)", "(x * y)", "(x + y)", "(x - a)", "(x / a)", "(x * a + y)",
                        "((x - y) / a)", "(a * min(x, y))"})
    for (const char *rest : {"", " * y", " + x"}) {
      const std::string text =
          "def f(x, y; a = 1.7) = erf(" + std::string(u) + ")" + std::string(rest);
      const std::vector<Fit> fits = fitsOf(text, {});
      ASSERT_EQ(fits.size(), 1u) << text;
      EXPECT_TRUE(fits[0].isOfPair) << text;
    }
}

// However a and x are spread over the part: what counts is that only their product does.
TEST(FitParts, ThatChangeWithAProductOnlyAreFoundByTheirHomogeneity) {
  for (const char *text :
       {"sigmoid(a * x) + x * (a * (sigmoid(a * x) * sigmoid(-(a * x))))", "x * sigmoid(a * x) * a",
        "tanh(a * x) / (x * a)", "sigmoid(a * x) * x / (x + x)", "tanh(a * x) * a / a"}) {
    const std::vector<Fit> fits = fitsOf(std::string("def f(x; a = 1.7) = ") + text, {});
    ASSERT_EQ(fits.size(), 1u) << text;
    EXPECT_TRUE(fits[0].isOfPair) << text;
  }
  // The whole of it: σ/2, not σ.
  const std::vector<Fit> half = fitsOf("def f(x; a = 1.7) = sigmoid(a * x) * a / (a + a)", {});
  ASSERT_EQ(half.size(), 1u);
  EXPECT_EQ(half[0].sum, 0.5f);
  for (const char *text : {"sigmoid(a * x) + x", "a * sigmoid(a * x)", "x^2 * sigmoid(a * x) * a",
                           "sigmoid(a * x) * tanh(a / x)"})
    for (const Fit &fit : fitsOf(std::string("def f(x; a = 1.7) = ") + text, {}))
      for (float u : {-1.25f, 0.75f}) {
        const double got = fittedValue(fit, u).value_or(NAN);
        EXPECT_LT(std::min(std::fabs(got - 1 / (1 + std::exp(-double(u)))),
                           std::fabs(got - std::tanh(double(u)))),
                  1e-5)
            << text << ": more than the elementary function is in the fit: " << fit.text();
      }
}

// What was taken for a function of a product must hold the product.
TEST(FitParts, OfProductsHoldThem) {
  for (const char *text :
       {"(a * (x - a * x)) * (asin(sin(16.29)) * cosh(a) / a)", "sigmoid(x) * (a * x) / (a * x)",
        "tanh(x) * exp(a * y) / (x * y)", "exp(x * y) * (tanh(y) - x * y) / y"}) {
    const Imported imported(std::string("def f(x, y; a = 1.7) = ") + text,
                            Imported::Form::Simplified);
    compiler::FitSearches searches;
    std::vector<Fit> fits;
    compiler::fitParts(imported.function(), {}, {{"a", 1.7}}, searches, fits);
    imported.function().walk([&](compiler::FittedOp part) {
      EXPECT_TRUE(compiler::dependsOn(part.getExact(), part.getVariable())) << text;
    });
  }
}

// It is one of the element's place, though none of its operands varies.
TEST(FitParts, WhatIsDrawnIsNoFunctionOfANumber) {
  for (const char *text : {"if dropped(0.5, 7, 0) then 0 else sigmoid(a * x)",
                           "if dropped(0.5, 7, 0) then 0 else sigmoid(x)",
                           "if dropped(0.5, 7, 0) then a / a else sigmoid(a * x) * a / a"}) {
    const Imported imported(std::string("def f(x; a = 1.7) = ") + text, Imported::Form::Simplified);
    compiler::FitSearches searches;
    std::vector<Fit> fits;
    compiler::fitParts(imported.function(), {}, {{"a", 1.7}}, searches, fits);
    imported.function().walk([&](compiler::FittedOp part) {
      EXPECT_FALSE(part.getExact().getDefiningOp<compiler::SelectOp>()) << text;
    });
  }
}

// Beyond its table such a part is slower than without.
TEST(FitParts, ThatInputsLeadBeyondTheTableOfAreLeft) {
  EXPECT_EQ(fitsOf("def f(x; a = 1.7) = Phi(x / a)", {}).size(), 1u);
  EXPECT_EQ(fitsOf("def f(x; a = 1.7) = Phi(x * a + x * a)", {}).size(), 0u);
  EXPECT_EQ(fitsOf("def f(x; a = 1.7) = sigmoid(x * a + x * a)", {}).size(), 1u);
}

} // namespace
} // namespace xphi::analysis
