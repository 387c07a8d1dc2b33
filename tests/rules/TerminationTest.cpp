// Rewriting ends: the left side of every rule, with all kinds of constants in it, is compiled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// That a rule is an identity does not keep two of them from undoing each other's work for ever. A
// rule without its condition, such as k / l for l = 0, is one that does not come to an end.
#include "RuleProgram.h"

#include <xphi/xphi.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <string>

namespace xphi::rules {
namespace {

constexpr unsigned longestSeconds = 60;

/// What may stand for a variable of the rule, by its first letter: RuleTable.h.
std::vector<std::string> choicesFor(std::string_view variable) {
  switch (variable.front()) {
  case 'k':
  case 'l':
    return {"0", "1", "(-1)", "2", "(-1 / 3)"};
  case 'c':
  case 'd':
    return {"0", "1", "sqrt(1 / 2)", "pi"};
  case 'u':
  case 'v':
  case 'w':
    return {"p", "q", "0", "(p / 0)"};
  default:
    return {"p", "(-q)", "(p * q)"};
  }
}

std::vector<std::string> variablesOf(const compiler::Rule &rule) {
  std::vector<std::string> names;
  std::string list(rule.variables);
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(", ", at), list.size());
    names.push_back(list.substr(at, end - at));
    at = end + 2;
  }
  return names;
}

class Termination : public testing::TestWithParam<compiler::Rule> {};

TEST_P(Termination, TheLeftSideIsCompiled) {
  static Engine engine{Options{}};
  if (!engine.compilerVersion())
    GTEST_SKIP() << "there is no compiler library";
  const compiler::Rule &rule = GetParam();
  const std::vector<std::string> variables = variablesOf(rule);
  std::string head = "def rule(";
  for (const std::string &variable : variables)
    head += (&variable == variables.data() ? "" : ", ") + variable;
  head += ") = " + std::string(rule.from) + "\n";
  // Each choice of each variable occurs, with the others' choices shifted against it.
  for (std::size_t round = 0; round != 5; ++round) {
    std::string call;
    for (std::size_t i = 0; i != variables.size(); ++i) {
      const std::vector<std::string> choices = choicesFor(variables[i]);
      call += (i == 0 ? "" : ", ") + choices[(round * (i + 1) + i) % choices.size()];
    }
    const std::string text = std::string(compiler::ruleVocabulary()) + head +
                             "def f(p, q) = 2 * rule(" + call + ") + p + q\n";
    ::alarm(longestSeconds); // kills a test that does not end
    const Result<std::string> rewritten = engine.emit(text, "stage:approx");
    EXPECT_TRUE(rewritten) << text << rewritten.error().render();
    // What rules do is done by then, so one of five goes on to be a kernel.
    if (round == 0) {
      const Result<Kernel> kernel = engine.compile(text);
      EXPECT_TRUE(kernel) << text << kernel.error().render();
    }
    ::alarm(0);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, Termination, testing::ValuesIn(allRules()),
                         [](const auto &info) { return testName(info.param); });

} // namespace
} // namespace xphi::rules
