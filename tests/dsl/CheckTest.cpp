// Checker: names, calls, types, recursion.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

namespace xphi::dsl {
namespace {

TEST(CheckTest, EveryMistakeHasItsCode) {
  struct Case {
    const char *text;
    Codes codes;
  };
  const Case cases[] = {
      {"y", {Code::UnknownName}},
      {"foo(x)", {Code::UnknownFunction}},
      {"f(x)", {Code::UnknownFunction}},
      {"exp(x, x)", {Code::WrongArgumentCount}},
      {"clamp(x)", {Code::WrongArgumentCount}},
      {"elu(x, 2)", {Code::WrongArgumentCount}},
      {"exp()", {Code::WrongArgumentCount}},
      {"elu(x; beta = 1)", {Code::UnknownParameter}},
      {"exp(x; base = 2)", {Code::UnknownParameter}},
      {"elu(x; alpha = 1, alpha = 2)", {Code::DuplicateArgument}},
      {"gelu", {Code::FunctionAsValue}},
      {"exp", {Code::FunctionAsValue}},
      {"x(2)", {Code::ValueAsFunction}},
      {"if x then 1 else 2", {Code::TypeMismatch}},
      {"x + (x > 0)", {Code::TypeMismatch}},
      {"x > 0", {Code::TypeMismatch}},
      {"gelu(x > 0)", {Code::TypeMismatch}},
      {"if not x then 1 else 2", {Code::TypeMismatch}},
      {"if x > 0 then 1 else x > 1", {Code::TypeMismatch}},
      {"if (x > 0) == (x > 1) then 1 else 0", {Code::TypeMismatch, Code::TypeMismatch}},
      {"1e400", {Code::NumberOutOfRange}},
      {"1e-400", {Code::NumberOutOfRange}},
      {"let x = 1 in x", {Code::DuplicateName}},
      {"let t = 1 in let t = 2 in t", {Code::DuplicateName}},
      {"let pi = 3 in pi", {Code::ReservedName}},
      {"def f(x, x) = x", {Code::DuplicateName}},
      {"def f(x; x = 1) = x", {Code::DuplicateName}},
      {"def f(e) = e", {Code::ReservedName}},
      {"def pi(x) = x", {Code::ReservedName}},
      {"def f(x; a = x) = x", {Code::DefaultNotConstant}},
      {"def f(x; a = gelu(1)) = x", {Code::DefaultNotConstant}},
      {"def f(x; a = 1 > 0) = x", {Code::DefaultNotConstant}},
      {"def f(x) = x\ndef f(x) = 2", {Code::DuplicateDefinition}},
      {"def exp(x) = x", {Code::ReservedName}},
      {"def tanh(x) = tanh(2 * x)", {Code::ReservedName}},
      {"def hypot(x, y) = hypot(y, x)", {Code::ReservedName}},
      {"def f(x) = f(x)", {Code::Recursion}},
      {"def f(x) = g(x)\ndef g(x) = h(x)\ndef h(x) = f(x)", {Code::Recursion}},
      {"def f(x; a = 1) = if x > 0 then f(x - 1; a = 2) else 0", {Code::Recursion}}};
  for (const Case &c : cases)
    EXPECT_EQ(errorsOf(c.text), c.codes) << c.text << "\n" << readWithLibrary(c.text).render();
}

TEST(CheckTest, SeveralErrorsAreReportedInTheOrderOfTheText) {
  EXPECT_EQ(errorsOf("def f(x) = foo(y)\ndef g(x) = exp(x, z)\ndef h(x) = h(x)"),
            (Codes{Code::UnknownFunction, Code::UnknownName, Code::WrongArgumentCount,
                   Code::UnknownName, Code::Recursion}));
}

TEST(CheckTest, ABadLetIsOneError) {
  EXPECT_EQ(errorsOf("let t = foo in t * t + t"), Codes{Code::UnknownName});
}

TEST(CheckTest, ConditionsMayBeNamedAndChosen) {
  EXPECT_EQ(canonical("let big = x > 1\nlet c = if big then x < 2 else x > 0\nif c then x else 0"),
            "def f(x) =\n  let big = x > 1\n  let c = if big then x < 2 else x > 0\n"
            "  if c then x else 0\n");
}

TEST(CheckTest, SiblingLetsMayShareAName) {
  EXPECT_EQ(canonicalExpression("(let t = x in t) + (let t = 2 in t)"),
            "(let t = x in t) + (let t = 2 in t)");
}

TEST(CheckTest, NamesOfFunctionsMayNameValues) {
  EXPECT_EQ(canonical("def f(phi; step = 1) = phi(phi) * step"),
            "def f(phi; step = 1) = phi(phi) * step\n");
}

TEST(CheckTest, CallsBindAllParametersInOrder) {
  ParseResult result = read("def g(x, y; a = 1, b = -2/3) = x + y + a + b\n"
                            "def f(x; c = 4) = g(x, 2; b = c)");
  ASSERT_TRUE(result) << result.render();
  const Program &program = *result.program;
  const Definition &f = program.definitions[program.entry()];
  const Expr &call = program.expr(f.body);
  ASSERT_EQ(call.kind, ExprKind::Call);
  EXPECT_EQ(program.definitions[call.index].name, "g");
  std::span<const ExprId> operands = program.operands(f.body);
  ASSERT_EQ(operands.size(), 4u);
  EXPECT_EQ(program.expr(operands[0]).kind, ExprKind::Input);
  EXPECT_EQ(program.number(operands[1]).text, "2");
  EXPECT_EQ(program.number(operands[2]).text, "1");
  EXPECT_EQ(program.expr(operands[3]).kind, ExprKind::Parameter);
  EXPECT_DOUBLE_EQ(program.definitions[call.index].parameters[1].value, -2.0 / 3);
}

TEST(CheckTest, OperandsPrecedeTheirExpressionAndCalleesTheirCallers) {
  ParseResult result =
      readWithLibrary("def f(x) = g(x) + elu(x)\ndef g(x) = let t = x in selu(t) * t");
  ASSERT_TRUE(result) << result.render();
  const Program &program = *result.program;
  for (ExprId id = 0; id < program.size(); ++id)
    for (ExprId operand : program.operands(id))
      EXPECT_LT(operand, id);
  EXPECT_LT(*program.find("g"), *program.find("f"));
  EXPECT_LT(*program.find("selu"), *program.find("g"));
}

TEST(CheckTest, LibraryFunctionsArePulledInOnce) {
  ParseResult result = readWithLibrary("elu(x) + elu(x; alpha = 2) + gelu(x)");
  ASSERT_TRUE(result) << result.render();
  const Program &program = *result.program;
  ASSERT_EQ(program.definitions.size(), 3u);
  EXPECT_TRUE(program.definitions[*program.find("elu")].fromLibrary);
  EXPECT_FALSE(program.definitions[program.entry()].fromLibrary);
  EXPECT_EQ(program.own, std::vector<DefinitionIndex>{program.entry()});
}

TEST(CheckTest, OwnDefinitionsHideTheLibraryOnlyFromTheirText) {
  constexpr LibraryFile files[] = {{"inner", "def inner(x) = x + 1"},
                                   {"outer", "def outer(x) = inner(x) * 2"}};
  Library library(files);
  ParseResult result =
      analyse({"t.phi", "def inner(x) = x - 1\ndef f(x) = outer(x) + inner(x)"}, &library);
  ASSERT_TRUE(result) << result.render();
  EXPECT_EQ(closure(*result.program, result.program->entry()), "def inner_2(x) = x + 1\n"
                                                               "def outer(x) = inner_2(x) * 2\n"
                                                               "def inner(x) = x - 1\n"
                                                               "def f(x) = outer(x) + inner(x)\n");
}

TEST(CheckTest, ABuiltInFunctionMayBeDefinedAsItself) {
  EXPECT_EQ(canonical("def hypot(a, b) = hypot(a, b)"), "def hypot(a, b) = hypot(a, b)\n");
  EXPECT_EQ(canonical("def tanh(x) = tanh(x)\ndef f(x) = tanh(x)"), "def f(x) = tanh(x)\n");
}

TEST(CheckTest, LibraryFilesThatCallInACircleAreRefused) {
  constexpr LibraryFile files[] = {{"a", "def a(x) = b(x)"}, {"b", "def b(x) = a(x)"}};
  Library library(files);
  EXPECT_FALSE(analyse({"t.phi", "a(x)"}, &library));
}

} // namespace
} // namespace xphi::dsl
