// Derivatives in the language: diff, grad, kink, and what the interpreter makes of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

#include "dsl/FlatSpots.h"
#include "dsl/Interpreter.h"

#include <cmath>

namespace xphi::dsl {
namespace {

/// `evaluate(program, parameters)`, with the defaults.
template <class Evaluate> double evaluated(const std::string &text, const Evaluate &evaluate) {
  ParseResult result = readWithLibrary(text);
  EXPECT_TRUE(result) << result.render();
  if (!result)
    return std::nan("");
  return evaluate(*result.program, defaultParameters(*result.program, result.program->entry()));
}

double valueOf(const std::string &text, const std::vector<double> &inputs) {
  return evaluated(text, [&](const Program &program, const std::vector<double> &parameters) {
    return evaluate(program, program.entry(), inputs, parameters);
  });
}

double derivativeOf(const std::string &text, const std::vector<double> &inputs,
                    const std::vector<uint32_t> &variables) {
  return evaluated(text, [&](const Program &program, const std::vector<double> &parameters) {
    DoubleArithmetic doubles;
    return evaluateDerivative(program, program.entry(), std::span<const double>(inputs),
                              std::span<const double>(parameters), variables, doubles);
  });
}

TEST(DerivativeTest, EveryPrimitiveAgreesWithItsDifferenceQuotient) {
  for (const PrimitiveInfo &row : primitives()) {
    if (row.result != Type::Number)
      continue;
    for (uint32_t position = 0; position < row.arity; ++position) {
      std::vector<double> at{row.primitive == Primitive::Acosh      ? 1.7
                             : row.primitive == Primitive::Log1mexp ? -1.7
                                                                    : 0.37,
                             0.83, 1.9};
      at.resize(row.arity);
      Program program;
      Definition f{.name = "f", .inputs = std::vector<std::string>(row.arity, "x")};
      std::vector<ExprId> operands;
      for (uint32_t i = 0; i < row.arity; ++i)
        operands.push_back(program.addInput(i));
      f.body = program.addApply(row.primitive, operands);
      program.definitions.push_back(f);
      program.own = {0};
      auto shifted = [&](double by) {
        std::vector<double> moved = at;
        moved[position] += by;
        return evaluate(program, 0, moved, {});
      };
      const double h = 1e-3;
      // Fourth order: the error is about h^4.
      double quotient =
          (8 * (shifted(h) - shifted(-h)) - (shifted(2 * h) - shifted(-2 * h))) / (12 * h);
      DoubleArithmetic doubles;
      double derivative = evaluateDerivative(program, 0, std::span<const double>(at), {},
                                             std::array{position}, doubles);
      EXPECT_NEAR(derivative, quotient, 1e-9) << row.spelling << " operand " << position;
    }
  }
}

TEST(DerivativeTest, HigherOrdersAgreeWithTheOneBelow) {
  // f^(n) against the difference quotient of f^(n-1), for what most of the rules take part in.
  const char *text = "def f(x; a = 1.3) = tanh(a * x) * Phi(x) + x^3 / (1 + exp(-a * x)) + "
                     "log1p(x^2) * cos(x) + asinh(x) * erf(x) + sqrt(1 + softplus(x)) * atan(x)";
  const double h = 1e-3;
  std::vector<uint32_t> variables;
  for (int order = 1; order <= 3; ++order) {
    auto lower = [&](double x) { return derivativeOf(text, {x}, variables); };
    double quotient =
        (8 * (lower(0.7 + h) - lower(0.7 - h)) - (lower(0.7 + 2 * h) - lower(0.7 - 2 * h))) /
        (12 * h);
    variables.push_back(0);
    EXPECT_NEAR(derivativeOf(text, {0.7}, variables), quotient, 1e-8) << order;
  }
}

TEST(DerivativeTest, DiffIsTheDerivative) {
  EXPECT_DOUBLE_EQ(valueOf("diff(x^3, x)", {2}), 12);
  EXPECT_DOUBLE_EQ(valueOf("diff(x^3, x, 2)", {2}), 12);
  EXPECT_DOUBLE_EQ(valueOf("diff(diff(x^3, x), x)", {5}), 30);
  EXPECT_DOUBLE_EQ(valueOf("diff(x^4, x, 4)", {5}), 24);
  EXPECT_DOUBLE_EQ(valueOf("diff(2, x)", {2}), 0);
  EXPECT_DOUBLE_EQ(valueOf("def f(x, y) = diff(x * y^2, y)", {3, 5}), 30);
  EXPECT_DOUBLE_EQ(valueOf("def f(x; a = 3) = diff(x * a^2, a)", {5}), 30);
  EXPECT_DOUBLE_EQ(valueOf("def f(x; a = 3) = diff(diff(x^2 * a^2, a), x)", {5}), 60);
}

TEST(DerivativeTest, DiffSeesThroughLets) {
  EXPECT_DOUBLE_EQ(valueOf("let t = x^2\ndiff(t * x, x)", {2}), 12);
  EXPECT_DOUBLE_EQ(valueOf("let t = x^2\nlet u = t * x\nlet d = diff(u, x)\nd + diff(d, x)", {2}),
                   24);
  EXPECT_DOUBLE_EQ(valueOf("let c = x > 1\nlet t = if c then x^2 else 7 * x\ndiff(t, x)", {3}), 6);
  EXPECT_DOUBLE_EQ(valueOf("let c = x > 1\nlet t = if c then x^2 else 7 * x\ndiff(t, x)", {0}), 7);
  EXPECT_DOUBLE_EQ(valueOf("diff(let t = x * x in t * t, x)", {2}), 32);
}

TEST(DerivativeTest, PerturbationsOfDifferentVariablesAreNotConfused) {
  // d/dx (x * d/dy (x + y)) is 1, not 2.
  EXPECT_DOUBLE_EQ(valueOf("def f(x, y) = diff(x * diff(x + y, y), x)", {3, 4}), 1);
  EXPECT_DOUBLE_EQ(valueOf("def g(x) = diff(x^3, x)\ndef f(x) = diff(x * g(x), x)", {2}), 36);
}

TEST(DerivativeTest, MixedDerivativesOfTheEntry) {
  const char *text = "def f(x, y; a = 2) = x^2 * y^3 * a";
  EXPECT_DOUBLE_EQ(derivativeOf(text, {3, 5}, {}), 2250);
  EXPECT_DOUBLE_EQ(derivativeOf(text, {3, 5}, {0}), 1500);
  EXPECT_DOUBLE_EQ(derivativeOf(text, {3, 5}, {1}), 1350);
  EXPECT_DOUBLE_EQ(derivativeOf(text, {3, 5}, {2}), 1125);
  EXPECT_DOUBLE_EQ(derivativeOf(text, {3, 5}, {0, 1}), 900);
  EXPECT_DOUBLE_EQ(derivativeOf(text, {3, 5}, {1, 2}), 675);
  EXPECT_DOUBLE_EQ(derivativeOf(text, {3, 5}, {0, 0}), 500);
  EXPECT_DOUBLE_EQ(derivativeOf(text, {3, 5}, {0, 0, 0}), 0);
}

TEST(DerivativeTest, GradReplacesTheDerivativeWhereverItIsCalled) {
  const std::string ste = "def ste(x) = round(x)\n  grad x = 1\n";
  EXPECT_EQ(derivativeOf(ste, {2.3}, {0}), 1);
  EXPECT_EQ(derivativeOf(ste, {2.3}, {0, 0}), 0);
  EXPECT_EQ(valueOf(ste + "def f(x) = diff(ste(3 * x) * x, x)", {2.3}), 7 + 3 * 2.3);
  EXPECT_EQ(valueOf(ste + "def f(x) = diff(ste(x^2), x, 2)", {2.3}), 2);
  // One variable replaced, the other as it is.
  const std::string g = "def g(x, y; a = 2) = a * x * y^2\n  grad x = 100\n";
  EXPECT_EQ(derivativeOf(g, {3, 5}, {0}), 100);
  EXPECT_EQ(derivativeOf(g, {3, 5}, {1}), 60);
  EXPECT_EQ(derivativeOf(g, {3, 5}, {1, 0}), 20);
  EXPECT_EQ(derivativeOf(g, {3, 5}, {0, 1}), 0);
  EXPECT_EQ(valueOf(g + "def f(x) = diff(g(x, x), x)", {3}), 100 + 36);
}

TEST(DerivativeTest, GradMayUseInputsParametersAndLets) {
  const char *text = "def f(x; a = 2) = round(x)\n  grad a = let t = x * a in t * t\n";
  EXPECT_EQ(derivativeOf(text, {3}, {1}), 36);
  EXPECT_EQ(derivativeOf(text, {3}, {1, 0}), 24);
}

TEST(DerivativeTest, KinkHoldsAtItsPlaceOnly) {
  const std::string relu = "def relu(x) = max(x, 0)\n  kink x = 0: 0.5\n  kink x = 1 + 1: 7\n";
  EXPECT_EQ(derivativeOf(relu, {-1}, {0}), 0);
  EXPECT_EQ(derivativeOf(relu, {0}, {0}), 0.5);
  EXPECT_EQ(derivativeOf(relu, {-0.0}, {0}), 0.5);
  EXPECT_EQ(derivativeOf(relu, {1}, {0}), 1);
  EXPECT_EQ(derivativeOf(relu, {2}, {0}), 7);
  EXPECT_EQ(valueOf(relu + "def f(x) = diff(relu(2 * x), x)", {0}), 1);
  EXPECT_EQ(valueOf(relu + "def f(x) = diff(relu(2 * x), x)", {1}), 14);
}

TEST(DerivativeTest, AKinkMayStandAtAParameter) {
  const std::string q = "def q(x; lo = -1, hi = 1) = clamp(x, lo, hi)\n"
                        "  kink x = lo: 1\n  kink x = 2 * hi: 5\n";
  EXPECT_EQ(derivativeOf(q, {-1}, {0}), 1);
  EXPECT_EQ(derivativeOf(q, {1}, {0}), 0);
  EXPECT_EQ(derivativeOf(q, {2}, {0}), 5);
  EXPECT_EQ(derivativeOf(q, {-1}, {1}), 1); // in lo itself: the bound's
  const std::string f = q + "def f(x; b = 3) = diff(q(x; lo = -b, hi = b), x)\n";
  EXPECT_EQ(valueOf(f, {-3}), 1);
  EXPECT_EQ(valueOf(f, {-1}), 1);
  EXPECT_EQ(valueOf(f, {-4}), 0);
  EXPECT_EQ(valueOf(f, {6}), 5);
}

TEST(DerivativeTest, ASignTimesAFunctionOfTheMagnitudeHasASlope) {
  EXPECT_EQ(valueOf("diff(sign(x) * log1p(abs(x)), x)", {0}), 1);
  EXPECT_EQ(valueOf("diff(expm1(abs(x)) * sign(x) / 4, x)", {0}), 0.25);
  EXPECT_EQ(valueOf("diff(sign(x) * abs(x) * (1 + x), x, 2)", {0}), 2);
  EXPECT_EQ(valueOf("diff(abs(x), x)", {0}), 0);
  EXPECT_EQ(valueOf("diff(sign(x) * exp(x), x)", {0}), 0);
}

TEST(DerivativeTest, CornersAreDocumentedOnes) {
  EXPECT_EQ(valueOf("diff(max(x, 0), x)", {0}), 0.5);
  EXPECT_EQ(valueOf("diff(max(0, x), x)", {0}), 0.5);
  EXPECT_EQ(valueOf("diff(min(x, 6), x)", {6}), 0.5);
  EXPECT_EQ(derivativeOf("def f(x, y) = max(2 * x, 3 * y)", {3, 2}, {0}), 1);
  EXPECT_EQ(derivativeOf("def f(x, y) = max(2 * x, 3 * y)", {3, 2}, {1}), 1.5);
  EXPECT_EQ(valueOf("diff(abs(x), x)", {0}), 0);
  EXPECT_EQ(valueOf("diff(clamp(x, -1, 1), x)", {-1}), 0);
  EXPECT_EQ(valueOf("diff(clamp(x, -1, 1), x)", {0}), 1);
  EXPECT_EQ(valueOf("diff(clamp(x, -1, 1), x)", {1}), 0);
  EXPECT_EQ(valueOf("diff(if x > 0 then x else 2 * x, x)", {0}), 2);
  EXPECT_EQ(valueOf("diff(floor(x), x)", {0.5}), 0);
  EXPECT_EQ(valueOf("diff(x^0, x)", {0}), 0);
  for (const double y : {0.0, 0.5, 2.0})
    EXPECT_EQ(derivativeOf("def f(x, y) = x^y", {0, y}, {1}), 0) << y;
}

/// What jumps at 0 times |x|: c + j sign(x) has the slope j there, however it is written.
TEST(DerivativeTest, AJumpTimesACornerHasItsTrueSlope) {
  for (const auto &[jump, slope] : {std::pair("sign(x)", 1.0),
                                    {"-sign(x)", -1.0},
                                    {"(2 + sign(x))", 1.0},
                                    {"(2 - sign(x))", -1.0},
                                    {"(sign(x) - 2)", 1.0},
                                    {"(3 * sign(x) - sign(x))", 2.0},
                                    {"(sign(x) * 3)", 3.0},
                                    {"(sign(x) / 2)", 0.5}})
    EXPECT_EQ(derivativeOf("def f(x) = " + std::string(jump) + " * abs(x)", {0}, {0}), slope)
        << jump;
}

TEST(DerivativeTest, NothingLeaksFromTheBranchNotTaken) {
  EXPECT_EQ(valueOf("diff(if x > 0 then log(x) else x, x)", {0}), 1);
  EXPECT_EQ(valueOf("diff(if x > 0 then x else sqrt(x), x)", {1}), 1);
  EXPECT_EQ(valueOf("def f(x, y) = diff(sqrt(x) + y, y)", {0, 1}), 1);
}

TEST(DerivativeTest, AZeroThatIsChosenMeetsNoInfiniteSlope) {
  EXPECT_EQ(valueOf("diff(sqrt(clamp(x, 0, inf)), x)", {0}), 0);
  const std::string relu = "def relu(x) = max(0, x)\n  kink x = 0: 0\n";
  EXPECT_EQ(valueOf(relu + "def f(x) = diff(sqrt(relu(x)), x)", {0}), 0);
  const std::string stop = "def stop(x) = x\n  grad x = 0\n";
  EXPECT_EQ(valueOf(stop + "def f(x) = diff(sqrt(stop(x)), x)", {0}), 0);
}

TEST(DerivativeTest, FourLevelsAndNotOneMore) {
  EXPECT_TRUE(read("diff(exp(x), x, 4)"));
  EXPECT_EQ(errorsOf("diff(diff(exp(x), x, 4), x)"), Codes{Code::DerivativeTooDeep});
  EXPECT_TRUE(read("let t = diff(exp(x), x, 3) in diff(t, x)"));
  EXPECT_EQ(errorsOf("let t = diff(exp(x), x, 3) in diff(t, x, 2)"),
            Codes{Code::DerivativeTooDeep});
  EXPECT_EQ(errorsOf("let t = diff(exp(x), x, 4) in let u = t + 1 in diff(u, x)"),
            Codes{Code::DerivativeTooDeep});
  std::string g = "def g(x) = diff(exp(x), x, 2)\n";
  EXPECT_TRUE(read(g + "def f(x) = diff(g(x), x, 2)"));
  EXPECT_EQ(errorsOf(g + "def f(x) = diff(g(x), x, 3)"), Codes{Code::DerivativeTooDeep});
  EXPECT_EQ(errorsOf("let t = diff(exp(x), x, 3)\nlet u = diff(t, x)\ndiff(u, x)"),
            Codes{Code::DerivativeTooDeep});
}

TEST(DerivativeTest, WarnsOfSteps) {
  auto warned = [](const char *text) {
    ParseResult result = readWithLibrary(text);
    EXPECT_TRUE(result) << result.render();
    return codes(result);
  };
  const Codes once{Code::FlatDerivative};
  EXPECT_EQ(warned("diff(round(x) * x, x)"), once);
  EXPECT_EQ(warned("diff(round(x) * x, x, 2)"), once);
  EXPECT_EQ(warned("let t = floor(x)\ndiff(t, x)"), once);
  EXPECT_EQ(warned("def g(x) = sign(x)\ndef f(x) = diff(g(2 * x), x)"), once);
  EXPECT_EQ(warned("def g(x) = sign(x)\n  grad x = 1\ndef f(x) = diff(g(2 * x), x)"), Codes{});
  EXPECT_EQ(warned("def f(x, y) = diff(round(y) * x, x)"), Codes{});
  EXPECT_EQ(warned("round(x)"), Codes{});
  EXPECT_EQ(warned("diff(if round(x) > 0 then x else 0, x)"), Codes{});
  EXPECT_EQ(warned("diff(symlog(x), x)"), Codes{}) << "the library knows what it does";
  ParseResult f = read("def f(x, y) = round(x) + y\n");
  EXPECT_EQ(flatSpots(*f.program, 0, 0).spots.size(), 1u);
  EXPECT_EQ(flatSpots(*f.program, 0, 1).spots.size(), 0u);
}

TEST(DerivativeTest, WarnsOfStepsInAGradient) {
  auto warned = [](const char *text, std::vector<uint32_t> variables) {
    ParseResult result = readWithLibrary(text);
    EXPECT_TRUE(result) << result.render();
    std::vector<Diagnostic> made =
        flatDerivatives(result, result.program->entry(), std::span(std::as_const(variables)));
    result.diagnostics = std::move(made);
    return codes(result);
  };
  const Codes once{Code::FlatDerivative};
  EXPECT_EQ(warned("def f(x, y) = round(x) + y", {0, 1}), once);
  EXPECT_EQ(warned("def f(x, y) = round(x) + y", {1}), Codes{});
  EXPECT_EQ(warned("def f(x, y) = round(x + y)", {0, 1}), once) << "one place, two variables";
  EXPECT_EQ(warned("def f(x) = round(x)\n  grad x = 1", {0}), Codes{});
  EXPECT_EQ(warned("def f(x; a = 1) = x * floor(a)", {1}), once);
  EXPECT_EQ(warned("diff(round(x) * x, x)", {0}), Codes{}) << "warned of already";
  EXPECT_EQ(warned("x * symlog(x)", {0}), Codes{});
}

TEST(DerivativeTest, TheWarningNamesTheVariableThatIsMeant) {
  auto warned = [](const char *text, uint32_t variable) {
    ParseResult result = readWithLibrary(text);
    EXPECT_TRUE(result) << result.render();
    return render(flatDerivatives(result, result.program->entry(), {&variable, 1}), result.source);
  };
  auto contains = [](const std::string &text, const char *part) {
    return text.find(part) != std::string::npos;
  };
  for (const char *step : {"round", "floor", "ceil", "sign", "step"}) {
    std::string quantise = "def q(x; a = 1) = " + std::string(step) + "(a * x)\n";
    std::string own = warned((quantise + "  grad x = a").c_str(), 1);
    EXPECT_PRED2(contains, own, "'a' never learns");
    EXPECT_PRED2(contains, own, "`grad a = ...` of 'q'");
    EXPECT_EQ(warned((quantise + "  grad x = a").c_str(), 0), "");
    EXPECT_PRED2(contains, warned(quantise.c_str(), 0), "`grad x = ...` of 'q'");
    std::string called =
        warned((quantise + "  grad x = a\ndef f(x; b = 2) = q(x; a = b)").c_str(), 1);
    EXPECT_PRED2(contains, called, "'b' never learns");
    EXPECT_PRED2(contains, called, "`grad a = 1` of 'q'");
    std::string partly = warned(("def f(x; b = 2) = b + " + std::string(step) + "(b)").c_str(), 1);
    EXPECT_PRED2(contains, partly, "no gradient reaches 'b' through it");
  }
  EXPECT_EQ(warned("def q(x; a = 1) = round(a * x)\n  grad x = a\n  grad a = 0", 1), "");
  EXPECT_PRED2(contains, read("def f(x; a = 1) = diff(round(a * x), a)").render(), "`grad a = 1`");
}

TEST(DerivativeTest, PrintsAndReadsBack) {
  const char *text = "def prelu(x; a: channel = 0.25) = if x >= 0 then x else a * x\n"
                     "def ste(x, y) =\n  let t = round(x)\n  t * y\n"
                     "  grad x = let u = y * y in u + 1\n  grad y = 1\n"
                     "def relu(x) = max(x, 0)\n  kink x = 0: 0\n  kink x = -1 / 2: diff(x^2, x)\n"
                     "def f(x) = diff(prelu(x) * ste(x, x) + relu(x), x, 2)\n";
  EXPECT_EQ(canonical(text), text);
  EXPECT_EQ(canonical("def f(x, y) = x\n  grad y = 2 grad x = 1"),
            "def f(x, y) = x\n  grad x = 1\n  grad y = 2\n");
  ParseResult mixed =
      read("def f(x, y) = x\n  kink y = 0: let a = 1 in a\n  grad x = let b = 2 in b");
  ParseResult again = read(closure(*mixed.program, 0));
  EXPECT_TRUE(sameDefinition(*mixed.program, 0, *again.program, 0));
  EXPECT_EQ(canonicalExpression("diff(diff(x, x, 1), x)"), "diff(x, x, 2)");
}

TEST(DerivativeTest, ClausesAndChannelsCountInComparisons) {
  auto same = [](const char *a, const char *b) {
    ParseResult left = read(a), right = read(b);
    return sameDefinition(*left.program, 0, *right.program, 0);
  };
  EXPECT_TRUE(same("def f(x) = x\n grad x = 1", "def f(x) = x grad x = 1"));
  EXPECT_FALSE(same("def f(x) = x\n grad x = 1", "def f(x) = x"));
  EXPECT_FALSE(same("def f(x) = x\n grad x = 1", "def f(x) = x\n grad x = 2"));
  EXPECT_FALSE(same("def f(x) = x\n kink x = 1: 1", "def f(x) = x\n kink x = 0: 1"));
  EXPECT_FALSE(same("def f(x; a = 1) = x", "def f(x; a: channel = 1) = x"));
  EXPECT_FALSE(same("def f(x, y) = diff(x * y, x)", "def f(x, y) = diff(x * y, y)"));
}

} // namespace
} // namespace xphi::dsl
