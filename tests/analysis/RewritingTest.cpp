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

/// The text of a rule with x or y in place of its variables.
std::string atInputs(std::string_view text, char u) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool isAlone =
        (i == 0 || !isWord(text[i - 1])) && (i + 1 == text.size() || !isWord(text[i + 1]));
    result += isAlone && text[i] == 'u' ? u : text[i];
  }
  return result;
}

/// Whether it needs no word that only rules have.
bool isInTheLanguage(std::string_view form) {
  return bool(dsl::analyse({"<test>", ofXAndY(atInputs(form, 'x'))}));
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

/// The terms of a rule with factors that differ are not the rule's times one factor.
TEST(Rewriting, TakesNoFactorOutOfOneTermOnly) {
  static constexpr std::pair<const char *, const char *> factors[] = {
      {"y", "y / x"}, {"y / x", "y"},       {"y", "y * x"}, {"y * x", "x"},
      {"y", "2 * y"}, {"y", "-y"},          {"1 / y", "y"}, {"y / x", "y / (x * x)"},
      {"y", "y^2"},   {"sin(y)", "cos(y)"}, {"y", "1"},     {"x / y", "x / y"}};
  int sums = 0;
  for (auto table : {compiler::stabiliseRules(), compiler::lastStabiliseRules()})
    for (const compiler::Rule &rule : table) {
      const std::size_t middle = lastSum(rule.from);
      if (rule.variables != "u" || middle == std::string_view::npos || !isInTheLanguage(rule.from))
        continue;
      ++sums;
      const std::string left = atInputs(rule.from.substr(0, middle), 'x'),
                        right = atInputs(rule.from.substr(middle + 3), 'x');
      for (const auto &[p, q] : factors)
        for (const char *sign : {" + ", " - "})
          expectSame(ofXAndY("(" + std::string(p) + ") * (" + left + ")" + sign + "(" + q +
                             ") * (" + right + ")"));
    }
  EXPECT_GE(sums, 15);
}

/// A product of a rule's factors with others, and with some of them missing.
TEST(Rewriting, TakesTheFactorsOfAProductOnce) {
  for (auto table : {compiler::stabiliseRules(), compiler::lastStabiliseRules()})
    for (const compiler::Rule &rule : table) {
      if (rule.variables != "u" || lastSum(rule.from) != std::string_view::npos ||
          !isInTheLanguage(rule.from))
        continue;
      const std::string form = atInputs(rule.from, 'x'), ofY = atInputs(rule.from, 'y');
      for (const std::string &text :
           {form, "y * (" + form + ")", "(" + form + ") / y", "(" + form + ") * (" + form + ")",
            "(" + form + ") * (" + ofY + ")", "x * (" + form + ") / (y * x)",
            "(" + form + ")^2 / y", "x / (" + form + ")"})
        expectSame(ofXAndY(text));
    }
}

/// The derivative in x, by the pass alone, against the interpreter's.
void expectDerivative(const std::string &body) {
  const std::string text = ofXAndY(body),
                    result = afterPasses(text, [](mlir::OpPassManager &passes) {
                      passes.addPass(compiler::createSimplify());
                      passes.addPass(compiler::createDerive());
                    });
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text});
  ASSERT_TRUE(parsed) << parsed.render();
  const Imported derivative(result);
  reference::KernelTruth truth(parsed.program, parsed.program->entry(), {0}, {},
                               reference::KernelTruth::For::Doubles);
  for (const auto &point : termPoints) {
    const reference::Expected expected = truth.at(point, {})[0];
    const ArbBall got = derivative.at(point, 512);
    const double size = std::fabs(expected.truth.high) + expected.largestTerm;
    if (!expected.known || !got.isTight(60) || size < 1e-250 || size > 1e250)
      continue;
    EXPECT_LE(std::fabs((got - ArbBall(expected.truth.high)).nearest()), 1e-12 * size)
        << text << " at " << point[0] << ", " << point[1] << ": " << result << " is "
        << got.decimal(12) << ", not " << expected.truth.high;
  }
}

TEST(Derivatives, OfTermsAreTheInterpreters) {
  const Seeds seeds(600);
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed)
    expectDerivative(TermGenerator(seed).term(1 + int(seed % 3)));
}

/// Signs of multiples meet the slopes of magnitudes.
TEST(Derivatives, KeepTheSignOfAFactorWithinASign) {
  for (const char *multiple : {"x * (2 - 5)", "x / (1 - 3)", "(1 - 2) * x * 4", "x * y * (0 - 1/3)",
                               "-x", "-(x / 3)", "3 * x", "x / y"})
    for (const char *g : {"log1p(abs(x))", "abs(x)", "tanh(abs(x)) * y", "abs(x * (1 - 3))",
                          "sqrt(1 + abs(x)) - 1"})
      for (const char *form : {"sign(M) * (G)", "(G) * sign(M) + x", "-(sign(M) * (G)) / 2",
                               "sign(M) * (1 + x^2) * (G)"}) {
        std::string text = form;
        text.replace(text.find('M'), 1, multiple);
        text.replace(text.find('G'), 1, g);
        expectDerivative(text);
      }
}

} // namespace
} // namespace xphi::analysis
