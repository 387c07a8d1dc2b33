// Algebraic rules hold for all reals: an SMT solver finds no point where the sides differ.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RuleProgram.h"
#include "SmtText.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <unistd.h>

namespace xphi::rules {
namespace {

std::string solve(const std::string &question, const std::string &name) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("xphi-rule-" + name + "-" + std::to_string(::getpid()) + ".smt2");
  std::ofstream(path) << question;
  const std::string command = std::string(XPHI_Z3) + " -T:20 '" + path.string() + "' 2>&1";
  std::unique_ptr<FILE, int (*)(FILE *)> output(popen(command.c_str(), "r"), pclose);
  std::string answer;
  char buffer[256];
  while (output && std::fgets(buffer, sizeof buffer, output.get()))
    answer += buffer;
  std::filesystem::remove(path);
  return answer;
}

std::optional<std::string> question(const compiler::Rule &rule) {
  const dsl::Program &program = ruleProgram();
  return smtQuestion(program, *program.find(compiler::fromName(rule)),
                     *program.find(compiler::toName(rule)), conditionOf(rule));
}

std::vector<compiler::Rule> algebraicRules() {
  std::vector<compiler::Rule> rules = allRules();
  std::erase_if(rules, [](const compiler::Rule &rule) { return !question(rule); });
  return rules;
}

class Smt : public testing::TestWithParam<compiler::Rule> {};

TEST_P(Smt, FindsNoPointWhereTheSidesDiffer) {
  if (std::string_view(XPHI_Z3).empty())
    GTEST_SKIP() << "z3 is not installed";
  EXPECT_EQ(solve(*question(GetParam()), testName(GetParam())), "unsat\n") << *question(GetParam());
}

// The question is not one to which every answer is no.
TEST(SmtQuestion, IsSatisfiableForAWrongRule) {
  if (std::string_view(XPHI_Z3).empty())
    GTEST_SKIP() << "z3 is not installed";
  const dsl::ParseResult parsed = dsl::analyse(
      {"<rules>", "def p(u, v) = u * v / u\ndef q(u, v) = v + sqrt(u^2) - u\ndef r(u) = u / u\n"
                  "def s(u) = 1\ndef t(u) = 1 / u\ndef w(u) = u * (1 / u)\n"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(solve(*smtQuestion(*parsed.program, 0, 1, {}), "wrong"), "sat\n");
  EXPECT_EQ(solve(*smtQuestion(*parsed.program, 2, 2, {}), "right"), "unsat\n");
  // Equal where both are defined, but one is not defined everywhere.
  EXPECT_EQ(solve(*smtQuestion(*parsed.program, 2, 3, {}), "undefined"), "sat\n");
  EXPECT_EQ(solve(*smtQuestion(*parsed.program, 3, 5, {}), "undefined"), "sat\n");
}

INSTANTIATE_TEST_SUITE_P(Rules, Smt, testing::ValuesIn(algebraicRules()),
                         [](const auto &info) { return testName(info.param); });

} // namespace
} // namespace xphi::rules
