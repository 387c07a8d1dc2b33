// Parser: structure, precedence, layout, and going on after errors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

namespace xphi::dsl {
namespace {

struct Structure {
  const char *written;
  const char *canonical;
};

TEST(ParserTest, OperatorsBindAsInMathematics) {
  constexpr Structure cases[] = {{"a+b*c", "a + b * c"},
                                 {"(a+b)*c", "(a + b) * c"},
                                 {"a-(b-c)", "a - (b - c)"},
                                 {"(a-b)-c", "a - b - c"},
                                 {"a/(b*c)", "a / (b * c)"},
                                 {"a/b*c", "a / b * c"},
                                 {"-a^2", "-a^2"},
                                 {"(-a)^2", "(-a)^2"},
                                 {"-(a^2)", "-a^2"},
                                 {"a^-b", "a^-b"},
                                 {"a^(b^c)", "a^b^c"},
                                 {"(a^b)^c", "(a^b)^c"},
                                 {"-a*b", "-a * b"},
                                 {"-(a*b)", "-(a * b)"},
                                 {"a*-b", "a * -b"},
                                 {"a - -b", "a - -b"},
                                 {"2^-a^2", "2^-a^2"},
                                 {"(2^-a)^2", "(2^-a)^2"},
                                 {"pow(a, b + 1)", "a^(b + 1)"},
                                 {"a²", "a^2"},
                                 {"-a²", "-a^2"},
                                 {"a¹²", "a^12"},
                                 {"2^a²", "2^(a^2)"},
                                 {"√a", "sqrt(a)"},
                                 {"√a²", "sqrt(a)^2"},
                                 {"√(a+b)", "sqrt(a + b)"},
                                 {"2·a×b", "2 * a * b"},
                                 {"a − b ÷ c", "a - b / c"}};
  for (auto [written, expected] : cases) {
    std::string head = "def f(a, b, c) = ";
    // `2^(a^2)` needs no parentheses.
    std::string wanted = std::string(expected) == "2^(a^2)" ? "2^a^2" : expected;
    EXPECT_EQ(canonical(head + written), head + wanted + "\n") << written;
  }
}

TEST(ParserTest, ConditionsBindWeakerThanArithmetic) {
  constexpr Structure cases[] = {{"not a < b and b < c or a == c", "not a < b and b < c or a == c"},
                                 {"not (a < b and b < c)", "not (a < b and b < c)"},
                                 {"(a < b or b < c) and c > a", "(a < b or b < c) and c > a"},
                                 {"a + 1 <= b * 2", "a + 1 <= b * 2"},
                                 {"not not (a != b)", "not not a != b"}};
  for (auto [written, expected] : cases) {
    std::string head = "def f(a, b, c) = if ", tail = " then 1 else 0";
    EXPECT_EQ(canonical(head + written + tail), head + expected + tail + "\n") << written;
  }
}

TEST(ParserTest, AnElseBranchReachesToTheEnd) {
  EXPECT_EQ(canonicalExpression("if x > 0 then x else x + 1"), "if x > 0 then x else x + 1");
  EXPECT_EQ(canonicalExpression("(if x > 0 then x else x) + 1"), "(if x > 0 then x else x) + 1");
  EXPECT_EQ(canonicalExpression("2 * if x > 0 then x else 1 + x"),
            "2 * (if x > 0 then x else 1 + x)");
  EXPECT_EQ(canonicalExpression("if x > 1 then 1 else if x > 0 then x else 0"),
            "if x > 1 then 1 else if x > 0 then x else 0");
}

TEST(ParserTest, LetEndsAtALineThatIsNotIndentedDeeper) {
  std::string wanted = "def f(x) =\n  let t = x * x + 1\n  -t\n";
  EXPECT_EQ(canonical("def f(x) =\n  let t = x * x\n    + 1\n  -t"), wanted);
  EXPECT_EQ(canonical("let t = x*x +\n 1\n-t"), wanted);
  EXPECT_EQ(canonical("let t = (x*x\n+ 1)\n-t"), wanted);
  EXPECT_EQ(canonical("let t = x*x + 1 in -t"), wanted);
  EXPECT_EQ(canonical("def f(x) = let t = x*x + 1\n-t"), wanted);
}

TEST(ParserTest, LetsMayBeginWithParenthesesOnTheNextLine) {
  EXPECT_EQ(canonical("let t = x\n(t + 1) * t"), "def f(x) =\n  let t = x\n  (t + 1) * t\n");
}

TEST(ParserTest, LetsStandInsideExpressions) {
  EXPECT_EQ(canonicalExpression("1 + (let t = x * x in t * t)"), "1 + (let t = x * x in t * t)");
  EXPECT_EQ(canonicalExpression("if x > 0 then let t = x in t else 0"),
            "if x > 0 then let t = x in t else 0");
  EXPECT_EQ(canonical("let u = let t = x in t * t in u + 1"),
            "def f(x) =\n  let u = let t = x in t * t\n  u + 1\n");
}

TEST(ParserTest, DefinitionsMayRunOverLines) {
  EXPECT_EQ(canonical("def f(x,\n      y;\n      a = 1,\n      b = 2) =\n  x * a\n  + y * b\n"),
            "def f(x, y; a = 1, b = 2) = x * a + y * b\n");
}

TEST(ParserTest, DocumentationBelongsToTheNextDefinition) {
  ParseResult result = read("/// One.\n/// Two.\ndef f(x) = x\n\n# no doc\ndef g(x) = x\n/// H.\n"
                            "def h(x) = x");
  ASSERT_TRUE(result) << result.render();
  auto docOf = [&](std::string_view name) {
    return result.program->definitions[*result.program->find(name)].doc;
  };
  EXPECT_EQ(docOf("f"), "One.\nTwo.");
  EXPECT_EQ(docOf("g"), "");
  EXPECT_EQ(docOf("h"), "H.");
}

TEST(ParserTest, DefinitionsMayBeUsedBeforeTheyAreWritten) {
  ParseResult result = read("def f(x) = g(x)\ndef g(x) = x");
  ASSERT_TRUE(result) << result.render();
  const Program &program = *result.program;
  ASSERT_EQ(program.own.size(), 2u);
  EXPECT_EQ(program.definitions[program.own[0]].name, "f");
  EXPECT_EQ(program.definitions[program.entry()].name, "g");
  EXPECT_LT(*program.find("g"), *program.find("f"));
}

TEST(ParserTest, EveryMistakeHasItsCode) {
  struct Case {
    const char *text;
    Codes codes;
  };
  const Case cases[] = {{"", {Code::EmptyProgram}},
                        {" \n# only a comment\n", {Code::EmptyProgram}},
                        {"x +", {Code::UnexpectedToken}},
                        {"(x + 1", {Code::UnbalancedParenthesis}},
                        {"x + 1)", {Code::UnbalancedParenthesis}},
                        {"gelu(x", {Code::UnbalancedParenthesis}},
                        {"2x", {Code::UnexpectedToken}},
                        {"x y", {Code::UnexpectedToken}},
                        {"x = 2", {Code::UnexpectedToken}},
                        {"gelu(x) = x", {Code::UnexpectedToken}},
                        {"if x > 0 then 1", {Code::UnexpectedToken}},
                        {"if x > 0 1 else 2", {Code::UnexpectedToken}},
                        {"0 < x < 1", {Code::ComparisonChain}},
                        {"let t = x", {Code::UnexpectedToken}},
                        {"let t x", {Code::UnexpectedToken}},
                        {"def f", {Code::UnexpectedToken}},
                        {"def f(x)", {Code::UnexpectedToken}},
                        {"def f() = 1", {Code::NoInputs}},
                        {"def f(; a = 1) = 1", {Code::NoInputs}},
                        {"def f(x; a) = x", {Code::MissingDefault}},
                        {"def f(x = 1) = x", {Code::UnexpectedToken}},
                        {"def if(x) = x", {Code::ReservedName}},
                        {"elu(x, alpha = 2)", {Code::UnexpectedToken}},
                        {"elu(x; 2)", {Code::UnexpectedToken}},
                        {"x\ndef f(x) = x", {Code::MixedProgram}},
                        {"diff(gelu(x))", {Code::UnexpectedToken}},
                        {"diff gelu(x)", {Code::UnexpectedToken}},
                        {"diff(x, x, 0)", {Code::BadOrder}},
                        {"diff(x, x, 5)", {Code::BadOrder}},
                        {"diff(x, x, 1.5)", {Code::BadOrder}},
                        {"diff(x, 2)", {Code::UnexpectedToken}},
                        {"def f(x; a: chanel = 1) = x", {Code::UnknownKind}},
                        {"def f(x; a: channel) = x", {Code::MissingDefault}},
                        {"def f(x: channel) = x", {Code::UnexpectedToken}},
                        {"def f(x) = x\n  grad = 1", {Code::UnexpectedToken}},
                        {"def f(x) = x\n  grad x = 0: 1", {Code::UnexpectedToken}},
                        {"def f(x) = x\n  kink x = 0", {Code::UnexpectedToken}},
                        {"def f(x) = x +\n  grad x = (\n  kink x = 0: )",
                         {Code::UnexpectedToken, Code::UnexpectedToken, Code::UnexpectedToken}},
                        {"x\n  grad x = 1", {Code::UnexpectedToken}}};
  for (const Case &c : cases)
    EXPECT_EQ(errorsOf(c.text), c.codes) << c.text << "\n" << readWithLibrary(c.text).render();
}

TEST(ParserTest, GoesOnAfterAnError) {
  EXPECT_EQ(errorsOf("def f(x) = (x +\ndef g(x) = x )\ndef h(x) = y"),
            (Codes{Code::UnexpectedToken, Code::UnbalancedParenthesis, Code::UnknownName}));
  EXPECT_EQ(errorsOf("(x 1) + (x 2)"), (Codes{Code::UnexpectedToken, Code::UnexpectedToken}));
}

TEST(ParserTest, CallsOfBrokenDefinitionsAreNotErrors) {
  EXPECT_EQ(errorsOf("def f(x, = x\ndef g(x) = f(x, x, x)"), Codes{Code::UnexpectedToken});
}

} // namespace
} // namespace xphi::dsl
