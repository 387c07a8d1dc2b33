// Rewriting comes to an end, whatever a rule's variables stand for: constants, what is no number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/RuleTable.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <cctype>

namespace xphi::compiler {
static std::ostream &operator<<(std::ostream &out, const Rule &rule) { return out << rule.name; }
} // namespace xphi::compiler

namespace xphi::numerics {
namespace {

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Variables are single letters.
std::string with(std::string_view text, std::string_view variables,
                 const std::vector<std::string> &values) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool alone =
        (i == 0 || !isWord(text[i - 1])) && (i + 1 == text.size() || !isWord(text[i + 1]));
    const size_t place = variables.find(text[i]);
    if (alone && std::isalpha(static_cast<unsigned char>(text[i])) &&
        place != std::string_view::npos)
      result += "(" + values[place / 3] + ")"; // "u, v": every third character is one
    else
      result += text[i];
  }
  return result;
}

std::vector<compiler::Rule> allRules() {
  std::vector<compiler::Rule> all;
  for (auto table :
       {compiler::simplifyRules(), compiler::stabiliseRules(), compiler::lastStabiliseRules()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

struct RuleTermination : testing::TestWithParam<compiler::Rule> {};

TEST_P(RuleTermination, BothSidesCompileWithAnythingInThem) {
  const compiler::Rule &rule = GetParam();
  static const std::vector<std::vector<std::string>> values = {
      {"a", "b", "a * b"},     {"0", "a", "b"},          {"a", "0", "0"},
      {"1", "1", "1"},         {"-1", "2", "-1"},        {"1 / 2", "a", "-2"},
      {"a / 0", "2", "3"},     {"2", "a / 0", "0 / 0"},  {"-a", "a", "-a"},
      {"2 * a", "-a", "2"},    {"1 / a", "-1 / a", "a"}, {"a - b", "b - a", "1"},
      {"sqrt(a)", "a^2", "-1"}};
  for (std::string_view side : {rule.from, rule.to})
    for (const std::vector<std::string> &row : values) {
      const std::string text = std::string(compiler::ruleVocabulary()) + "def f(a, b) = a * (" +
                               with(side, rule.variables, row) + ") + b";
      Result<std::string> made = uncachedEngine().emit(text, "stage:body");
      EXPECT_TRUE(made) << with(side, rule.variables, row) << "\n" << made.error().render();
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleTermination, testing::ValuesIn(allRules()),
                         [](const auto &instance) {
                           const std::string name = compiler::fromName(instance.param);
                           return name.substr(0, name.size() - std::string_view("_from").size());
                         });

} // namespace
} // namespace xphi::numerics
