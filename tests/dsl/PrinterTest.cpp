// Printer: reading what was printed gives the same program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Printer.h"

#include "Programs.h"
#include "RandomProgram.h"

namespace xphi::dsl {
namespace {

void expectRoundTrip(const Program &program, DefinitionIndex function) {
  std::string text = closure(program, function);
  ParseResult again = read(text);
  ASSERT_TRUE(again) << text << again.render();
  EXPECT_TRUE(sameDefinition(program, function, *again.program, again.program->entry())) << text;
  EXPECT_EQ(closure(*again.program, again.program->entry()), text);
}

TEST(PrinterTest, RandomProgramsSurviveTheRoundTrip) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Program program = randomProgram(seed);
    expectRoundTrip(program, program.entry());
    if (HasFailure())
      return;
  }
}

TEST(PrinterTest, SignaturesShowDefaults) {
  ParseResult result = read("def f(x, y; a = 0.10, b = -2/3) = x");
  ASSERT_TRUE(result);
  EXPECT_EQ(printSignature(*result.program, result.program->entry()),
            "f(x, y; a = 0.1, b = -2 / 3)");
}

TEST(PrinterTest, DefaultsAreNotRepeatedInCalls) {
  EXPECT_EQ(canonical("def g(x; a = 1, b = 2) = x + a + b\n"
                      "def f(x) = g(x; a = 1.0) + g(x; b = 1, a = 3) + g(x; b = 3)"),
            "def g(x; a = 1, b = 2) = x + a + b\n"
            "def f(x) = g(x) + g(x; a = 3, b = 1) + g(x; b = 3)\n");
}

TEST(PrinterTest, DocumentationIsPrintedOnRequest) {
  ParseResult result = read("/// One.\n///\n/// Three.\ndef f(x) = x");
  ASSERT_TRUE(result);
  EXPECT_EQ(printDefinition(*result.program, result.program->entry(), {.docs = true}),
            "/// One.\n///\n/// Three.\ndef f(x) = x\n");
}

TEST(PrinterTest, ExpressionsPrintOnOneLine) {
  ParseResult result = read("let t = x * x\nt + 1");
  ASSERT_TRUE(result);
  const Definition &f = result.program->definitions[result.program->entry()];
  EXPECT_EQ(printExpr(*result.program, result.program->entry(), f.body), "let t = x * x in t + 1");
}

} // namespace
} // namespace xphi::dsl
