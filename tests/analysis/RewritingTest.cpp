// Rewriting changes how a term is computed and not what it is; a derivative is that of the term.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the passes make of a term is written as text again, and both texts are evaluated by Arb.
#include "tests/analysis/Imported.h"
#include "tests/analysis/TermGenerator.h"

#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"

#include "import/RaiseToText.h"
#include "passes/Passes.h"
#include "rules/RuleTable.h"

#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

#include <functional>

namespace xphi::analysis {
namespace {

using reference::ArbBall;

std::string ofXAndY(const std::string &body) { return "def f(x, y) =\n  " + body; }

/// What passes make of the text.
std::string afterPasses(const std::string &text,
                        const std::function<void(mlir::OpPassManager &)> &passes) {
  const Imported term(text);
  mlir::func::FuncOp function = term.function();
  mlir::PassManager manager(function.getContext(), mlir::func::FuncOp::getOperationName());
  passes(manager);
  EXPECT_TRUE(succeeded(manager.run(function))) << text;
  return ofXAndY(compiler::raiseToText(function));
}

std::string rewritten(const std::string &text) {
  return afterPasses(text, [](mlir::OpPassManager &passes) {
    passes.addPass(compiler::createSimplify());
    passes.addPass(compiler::createStabilise({.last = false}));
    passes.addPass(compiler::createSimplify());
    passes.addPass(compiler::createStabilise({.last = true}));
    passes.addPass(compiler::createSimplify());
  });
}

/// Whether both may be the same; what looks like no number may only lack bits.
bool agree(const Imported &a, const Imported &b, std::span<const double> point) {
  for (slong bits : {256, 4096}) {
    const ArbBall one = a.at(point, bits), other = b.at(point, bits);
    const bool isKnown = one.isTight(40) && other.isTight(40);
    if (one.isFinite() && other.isFinite() && (isKnown || bits == 4096))
      return arb_overlaps(one.get(), other.get());
    if (one.isNoNumber() && other.isNoNumber())
      return true;
    if (bits == 4096)
      return !(one.isFinite() && other.isNoNumber()) && !(one.isNoNumber() && other.isFinite());
  }
  return true;
}

void expectSame(const std::string &text) {
  const std::string result = rewritten(text);
  const Imported before(text), after(result);
  for (const auto &point : termPoints)
    ASSERT_TRUE(agree(before, after, point))
        << text << " became " << result << ", which is another number at " << point[0] << ", "
        << point[1] << ": " << before.at(point, 400).decimal(12) << " and "
        << after.at(point, 400).decimal(12);
}

TEST(Rewriting, LeavesTermsWhatTheyAre) {
  const Seeds seeds(1000);
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed)
    expectSame(ofXAndY(TermGenerator(seed).term(1 + int(seed % 4))));
}

TEST(Rewriting, LeavesSamplesWhatTheyAre) {
  for (const char *text : {"x / (-1/3)^3 * y", "y / ((1 - 2) / 3)", "x - (y / (-2/7))",
                           "(x * (-1/3))^3", "2^(-1/3) * x", "-((-1/3) * x)"})
    expectSame(ofXAndY(text));
}

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The text of a rule at an argument.
std::string at(const std::string &argument, std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool isAlone =
        (i == 0 || !isWord(text[i - 1])) && (i + 1 == text.size() || !isWord(text[i + 1]));
    if (isAlone && text[i] == 'u')
      result += "(" + argument + ")";
    else
      result += text[i];
  }
  return result;
}

/// They take their turns, so that all meet all in the long run.
constexpr const char *arguments[] = {"x", "2 * x", "x * y", "-x", "x / y", "x - y", "x^2", "x / 3"};

/// Whether it needs no word that only rules have.
bool isInTheLanguage(std::string_view form) {
  return bool(dsl::analyse({"<test>", ofXAndY(at("x", form))}));
}

/// Where a rule of one variable splits in two terms.
std::size_t lastSum(std::string_view text) {
  int depth = 0;
  std::size_t found = std::string_view::npos;
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (depth == 0 && text[i] == ' ' && (text[i + 1] == '+' || text[i + 1] == '-') &&
        text[i + 2] == ' ')
      found = i;
  }
  return found;
}

struct Factors {
  const char *left, *right;
};

constexpr Factors factors[] = {
    {"y", "y / x"},
    {"y / x", "y"},
    {"y", "y * x"},
    {"y * x", "x"},
    {"y", "2 * y"},
    {"y", "-y"},
    {"1 / y", "y"},
    {"y / x", "y / (x * x)"},
    {"y", "y^2"},
    {"sin(y)", "cos(y)"},
    {"y", "1"},
    {"x / y", "x / y"},
    {"y / 2", "y"},
    {"y", "y / (2 * x)"},
    {"1 / (y * 3)", "1 / y"},
    {"y / (x * 2)", "y / x"},
};

/// The terms of a rule with factors that differ are not the rule's times one factor.
TEST(Rewriting, TakesNoFactorOutOfOneTermOnly) {
  std::size_t sums = 0, turn = 0;
  for (auto table : {compiler::stabiliseRules(), compiler::lastStabiliseRules()})
    for (const compiler::Rule &rule : table) {
      const std::size_t middle = lastSum(rule.from);
      if (rule.variables != "u" || middle == std::string_view::npos || !isInTheLanguage(rule.from))
        continue;
      ++sums;
      for (const auto &[p, q] : factors)
        for (const char *sign : {" + ", " - "}) {
          const std::string argument = arguments[turn++ % std::size(arguments)],
                            left = at(argument, rule.from.substr(0, middle)),
                            right = at(argument, rule.from.substr(middle + 3));
          expectSame(ofXAndY("(" + std::string(p) + ") * (" + left + ")" + sign + "(" + q +
                             ") * (" + right + ")"));
        }
    }
  EXPECT_GE(sums, 15u);
}

/// A product of a rule's factors with others, and with some of them missing.
TEST(Rewriting, TakesTheFactorsOfAProductOnce) {
  std::size_t turn = 0;
  for (auto table : {compiler::stabiliseRules(), compiler::lastStabiliseRules()})
    for (const compiler::Rule &rule : table) {
      if (rule.variables != "u" || lastSum(rule.from) != std::string_view::npos ||
          !isInTheLanguage(rule.from))
        continue;
      for (const char *text : {"F", "y * (F)", "(F) / y", "(F) * (F)", "(F) * (G)",
                               "x * (F) / (y * x)", "(F)^2 / y", "x / (F)"}) {
        const std::string argument = arguments[turn++ % std::size(arguments)];
        std::string whole;
        for (const char *c = text; *c; ++c)
          whole += *c == 'F'   ? at(argument, rule.from)
                   : *c == 'G' ? at("y", rule.from)
                               : std::string(1, *c);
        expectSame(ofXAndY(whole));
      }
    }
}

/// What differs from a rule's left side in one place.
TEST(Rewriting, TakesNothingForWhatItIsNot) {
  for (const char *text :
       {"sigmoid(x - y) * sigmoid(1 - x)", "exp(x - y) * exp(3 - x)", "phi(x - y) / Phi(y + x)",
        "sigmoid(x - y) * sigmoid(y - 2 * x)", "(x + log(y)) - log(y)", "(x + 1 / y) - 1 / y",
        "(y + sqrt(x)) - sqrt(x)", "(x + rsqrt(abs(y))) - rsqrt(abs(y))", "1 / x + 1 / (2 - x)",
        "1 / (2 * x) + 1 / (1 - 2 * x)", "3 / x + 3 / (1 - x)", "1 / (x / y) + 1 / (1 - x / y)",
        "y / x + y / (1 - x)", "sqrt(x) * sqrt(y)", "sqrt(x) * sqrt(x)", "abs(x) * sign(y)"})
    expectSame(ofXAndY(text));
  // Two comparisons that are one only if they fit.
  for (const char *first : {"<", "<=", ">", ">=", "==", "!="})
    for (const char *second : {"<", "<=", ">", ">=", "==", "!="})
      for (const char *branches :
           {"A then 2 else if B then 2 else x", "A then 2 else if B then x else 2"}) {
        std::string text = "if " + std::string(branches);
        text.replace(text.find('A'), 1, "x " + std::string(first) + " y");
        text.replace(text.find('B'), 1, "x " + std::string(second) + " y");
        expectSame(ofXAndY(text));
      }
}

/// Whether slopes are asked for where most corners are.
enum class Zeros { Too, Not };

/// The derivative in these inputs, one after the other, against the interpreter's.
void expectDerivative(const std::string &body, const std::vector<std::uint32_t> &inputs,
                      Zeros zeros = Zeros::Too) {
  const std::string text = ofXAndY(body),
                    result = afterPasses(text, [&](mlir::OpPassManager &passes) {
                      for (std::uint32_t input : inputs) {
                        passes.addPass(compiler::createSimplify());
                        passes.addPass(compiler::createDerive({.variable = input}));
                      }
                    });
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text});
  ASSERT_TRUE(parsed) << parsed.render();
  const Imported derivative(result);
  reference::KernelTruth truth(parsed.program, parsed.program->entry(), inputs, {},
                               reference::KernelTruth::For::Doubles);
  for (const auto &point : termPoints) {
    if (zeros == Zeros::Not && (point[0] == 0 || point[1] == 0))
      continue;
    const reference::Expected expected = truth.at(point, {})[0];
    const ArbBall got = derivative.at(point, 512);
    const double size = std::fabs(expected.truth.high) + expected.largestTerm;
    if (!expected.known || !got.isTight(60) || size < 1e-250 || size > 1e250)
      continue;
    EXPECT_LE(std::fabs((got - ArbBall(expected.truth.high)).nearest()), 1e-12 * size)
        << text << " in " << testing::PrintToString(inputs) << " at " << point[0] << ", "
        << point[1] << ": " << result << " is " << got.decimal(12) << ", not "
        << expected.truth.high;
  }
}

TEST(Derivatives, OfTermsAreTheInterpreters) {
  const Seeds seeds(1500);
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
    static const std::vector<std::uint32_t> all[] = {{0}, {1}, {0, 0}, {1, 0}};
    expectDerivative(TermGenerator(seed).term(1 + int(seed % 3)), all[seed % std::size(all)],
                     Zeros::Not);
  }
}

TEST(Derivatives, OfSamplesAreTheInterpreters) {
  for (const char *text :
       {"y - (x^3 - x * y)", "-(x^3 - sin(x) * y)", "2 - (sin(x) - (y - x^2))", "cos(x^3 - x)",
        "max(x, 0)^2 * sqrt(1 + x^2)", "sqrt(x^2 + max(x - 1, 0)^2)", "x^3 * max(x, y)",
        "max(x, y) * max(x, -y)", "(if x > 1 then 0 else x^2) * exp(x)"})
    for (const std::vector<std::uint32_t> &inputs :
         std::vector<std::vector<std::uint32_t>>{{0}, {1}, {0, 0}, {0, 1}, {1, 1}})
      expectDerivative(text, inputs);
}

/// Signs of multiples meet the slopes of magnitudes.
TEST(Derivatives, KeepTheSignOfAFactorWithinASign) {
  for (const char *multiple : {"x * (2 - 5)", "x / (1 - 3)", "(1 - 2) * x * 4", "x * y * (0 - 1/3)",
                               "-x", "-(x / 3)", "3 * x", "x / y"})
    for (const char *g : {"log1p(abs(x))", "abs(x)", "tanh(abs(x)) * y", "abs(x * (1 - 3))",
                          "sqrt(1 + abs(x)) - 1"})
      for (const char *form :
           {"sign(M) * (G)", "(G) * sign(M) + x", "-(sign(M) * (G)) / 2",
            "sign(M) * (1 + x^2) * (G)", "(sign(M) + 2) * (G)", "(y - 3 * sign(M)) * (G)"}) {
        std::string text = form;
        text.replace(text.find('M'), 1, multiple);
        text.replace(text.find('G'), 1, g);
        expectDerivative(text, {0});
      }
}

} // namespace
} // namespace xphi::analysis
