// Suggestions: the name that was probably meant.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Suggest.h"

#include <gtest/gtest.h>

namespace xphi::dsl {
namespace {

std::string_view suggested(std::string_view written) {
  constexpr std::string_view names[] = {"abs",      "alpha", "gelu", "gelu_tanh", "relu",
                                        "softplus", "tan",   "tanh", "x"};
  return closestName(written, names);
}

TEST(SuggestTest, FindsTypingErrors) {
  EXPECT_EQ(suggested("tahn"), "tanh");
  EXPECT_EQ(suggested("GELU"), "gelu");
  EXPECT_EQ(suggested("sofplus"), "softplus");
  EXPECT_EQ(suggested("softpluss"), "softplus");
  EXPECT_EQ(suggested("alfa"), "alpha");
  EXPECT_EQ(suggested("gelutanh"), "gelu_tanh");
  EXPECT_EQ(suggested("ReLu"), "relu");
}

TEST(SuggestTest, IsSilentAboutUnrelatedNames) {
  EXPECT_EQ(suggested("zzz"), "");
  EXPECT_EQ(suggested("q"), "");
  EXPECT_EQ(suggested("convolution"), "");
  EXPECT_EQ(suggested(std::string(1000, 'x')), "");
}

TEST(SuggestTest, KnowsTheNamesOfOtherSystems) {
  EXPECT_EQ(foreignFunction("ln"), "log");
  EXPECT_EQ(foreignFunction("normcdf"), "Phi");
  EXPECT_EQ(foreignFunction("gelu"), "");
}

} // namespace
} // namespace xphi::dsl
