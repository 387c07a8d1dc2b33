// Closures: one text for one function, and everything it needs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

namespace xphi::dsl {
namespace {

TEST(ClosureTest, LayoutCommentsParenthesesAndSpellingsDoNotCount) {
  std::string wanted = canonical("x * Phi(x) + 0.1");
  for (const char *text :
       {"x*Phi(x)+0.1", "(x * (Phi((x)))) + 0.10", "# gelu\nx * Phi(x) # tail\n + 0.1",
        "x·Φ(x) + 1e-1", "((x*Phi(x)+.1))", "def f(x) = x*Phi(x)+0.1",
        "/// Doc.\ndef f ( x ) =\n\tx * Phi( x )\n\t+ 0.100\r\n"})
    EXPECT_EQ(canonical(text), wanted) << text;
}

TEST(ClosureTest, MeaningCounts) {
  EXPECT_NE(canonical("x + 1 + 2"), canonical("x + (1 + 2)"));
  EXPECT_NE(canonical("x * 2"), canonical("2 * x"));
  EXPECT_NE(canonical("x + 0.1"), canonical("x + 0.10000000000000001"));
}

TEST(ClosureTest, HoldsWhatIsNeededAndNothingElse) {
  ParseResult result = read("def a(x) = x\ndef unused(x) = a(x)\ndef b(x) = a(x) + 1\n"
                            "def f(x) = b(x) * a(x)\ndef last(x) = 0");
  ASSERT_TRUE(result);
  EXPECT_EQ(closure(*result.program, *result.program->find("f")),
            "def a(x) = x\ndef b(x) = a(x) + 1\ndef f(x) = b(x) * a(x)\n");
}

TEST(ClosureTest, TheOrderOfDefinitionsDoesNotCount) {
  std::string one = canonical("def a(x) = x\ndef b(x) = 1\ndef f(x) = b(x) + a(x)");
  std::string two = canonical("def b(x) = 1\n\ndef a(x) = x\ndef f(x) = b(x) + a(x)");
  EXPECT_EQ(one, two);
}

TEST(ClosureTest, ReadsBackWithoutALibrary) {
  ParseResult result = readWithLibrary("elu(x; alpha = 2) + selu(x)");
  ASSERT_TRUE(result);
  std::string text = closure(*result.program, result.program->entry());
  EXPECT_EQ(canonical(text), text);
}

} // namespace
} // namespace xphi::dsl
