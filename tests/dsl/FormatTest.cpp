// Formatting: one layout, the same program, nothing lost.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Format.h"

#include "Programs.h"
#include "RandomProgram.h"

namespace xphi::dsl {
namespace {

std::string formatted(std::string text) {
  FormatResult result = format({"t.phi", std::move(text)});
  return result.text.value_or(render(result.diagnostics, {"t.phi", ""}));
}

void expectFormatted(const std::string &text, const std::string &wanted) {
  EXPECT_EQ(formatted(text), wanted);
  EXPECT_EQ(formatted(wanted), wanted) << "not idempotent";
}

TEST(FormatTest, SpacesAreInTheirPlaces) {
  expectFormatted("x*Phi( x )", "x * Phi(x)\n");
  expectFormatted("- x ^ - 2+√ x·σ(x)  ²/ (1+-x)", "-x^-2 + √x · σ(x)² / (1 + -x)\n");
  expectFormatted("if not x>0 and(x<1)then x else-x", "if not x > 0 and (x < 1) then x else -x\n");
  expectFormatted("def   f ( x,y ;a=1,b :channel=-2 )=\n\n g( x , y;b = a )",
                  "def f(x, y; a = 1, b: channel = -2) = g(x, y; b = a)\n");
  expectFormatted("diff( x ,x,2 )", "diff(x, x, 2)\n");
  expectFormatted("poly(x;[ 1,x+ 2 ,-3])", "poly(x; [1, x + 2, -3])\n");
  expectFormatted("import   \"a.phi\"\n\n\n\nimport \"b.phi\"\nx",
                  "import \"a.phi\"\n\nimport \"b.phi\"\nx\n");
}

TEST(FormatTest, ClausesAndLetsStandOnLinesOfTheirOwn) {
  expectFormatted("def f(x)=let t=x*x in let u = t in t*u grad x=1 kink x=0 :let a=1 in a",
                  "def f(x) =\n  let t = x * x\n  let u = t\n  t * u\n  grad x = 1\n"
                  "  kink x = 0: let a = 1 in a\n");
  expectFormatted("let t = x\n\n(t + 1)", "let t = x\n(t + 1)\n");
  expectFormatted("let u =\n   let t = x\n   t * t\nu + 1", "let u = let t = x in t * t\nu + 1\n");
  expectFormatted("let t = x\n  - 1\n-t", "let t = x - 1\n-t\n");
}

TEST(FormatTest, CommentsStay) {
  const std::string text = "# A file.\n"
                           "\n"
                           "import \"a.phi\"  # for g\n"
                           "\n"
                           "/// Doc.\n"
                           "/// More.\n"
                           "def f(x) =  # head\n"
                           "  # above the let\n"
                           "  let t = x  # tail\n"
                           "  t\n"
                           "    # in between\n"
                           "    + x\n"
                           "  # on the clause\n"
                           "  grad x = 1\n"
                           "\n"
                           "# last\n";
  expectFormatted(text, text);
  expectFormatted("x # one\n + x # two\n# three", "x  # one\n  + x  # two\n# three\n");
  expectFormatted("let t = x # a\nin # b\nt", "let t = x  # a\n# b\nt\n");
}

TEST(FormatTest, LongLinesBreakAtTheWeakestOperators) {
  const std::string a = "sigmoid(1.702 * x)", b = "softplus(x; beta = 3)";
  expectFormatted("def f(x) = " + a + " * " + b + " + " + a + " * " + b + " + " + a + " * " + b,
                  "def f(x) =\n  " + a + " * " + b + "\n    + " + a + " * " + b + "\n    + " + a +
                      " * " + b + "\n");
  expectFormatted("if x > 100 then " + a + " * " + b + " else if x > 10 then " + a + " else " + b,
                  "if x > 100 then " + a + " * " + b + "\nelse if x > 10 then " + a + "\nelse " +
                      b + "\n");
  std::string call = "f(" + a + ", " + a + ", " + b + ", " + b + ", " + a + ")";
  expectFormatted(call,
                  "f(\n  " + a + ",\n  " + a + ",\n  " + b + ",\n  " + b + ",\n  " + a + ")\n");
}

TEST(FormatTest, BlankLinesBetweenDefinitionsAreKeptUpToOne) {
  expectFormatted("def f(x) = x\ndef g(x) = x\n\n\n\ndef h(x) = x\n\n\n",
                  "def f(x) = x\ndef g(x) = x\n\ndef h(x) = x\n");
}

TEST(FormatTest, TextsThatDoNotParseAreLeftAlone) {
  FormatResult result = format({"t.phi", "def f(x = x"});
  EXPECT_FALSE(result.text);
  EXPECT_EQ(result.diagnostics.size(), 1u);
}

TEST(FormatTest, NamesAndTypesDoNotMatter) {
  expectFormatted("foo( y )+(x>0)", "foo(y) + (x > 0)\n");
}

TEST(FormatTest, RandomProgramsKeepTheirMeaningAndAreIdempotent) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Program program = randomProgram(seed);
    std::string text = closure(program, program.entry());
    std::string once = formatted(text);
    EXPECT_EQ(canonical(once), text) << once;
    EXPECT_EQ(formatted(once), once);
    if (HasFailure())
      return;
  }
}

} // namespace
} // namespace xphi::dsl
