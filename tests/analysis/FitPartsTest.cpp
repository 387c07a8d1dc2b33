// Which parts of a function are fitted, and to what.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"

#include "passes/FitParts.h"

#include <gtest/gtest.h>

namespace xphi::analysis {
namespace {

using compiler::Fit;
using compiler::FitLimits;

std::vector<Fit> fitsOf(const std::string &text, const FitLimits &limits) {
  const Imported imported(text);
  std::vector<Fit> fits;
  compiler::fitParts(imported.function(), limits, fits);
  return fits;
}

/// Only a result is moved to round to elements: what else is made of a part needs its bound.
TEST(FitParts, OnlyResultsAreMadeTheNearestElements) {
  FitLimits limits;
  limits.elements = {ElementType::BF16, ElementType::BF16};
  for (const char *part : {"sigmoid(x) * tanh(x)", "x * Phi(x)", "tanh(x)", "softplus(x)"}) {
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

} // namespace
} // namespace xphi::analysis
