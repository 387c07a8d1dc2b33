// Rewriting comes to an end, whatever a rule's variables stand for: constants, what is no number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/RuleTable.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <sstream>

namespace xphi::compiler {
static std::ostream &operator<<(std::ostream &out, const Rule &rule) { return out << rule.name; }
} // namespace xphi::compiler

namespace xphi::numerics {
namespace {

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The text with values in place of its variables, which are given as "u, v, w2".
std::string with(std::string_view text, std::string_view variables,
                 const std::vector<std::string> &values) {
  std::map<std::string, std::string, std::less<>> replacement;
  std::istringstream names{std::string(variables)};
  for (std::string name; std::getline(names >> std::ws, name, ',');)
    replacement.emplace(name, values[replacement.size() % values.size()]);
  std::string result;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && isWord(text[end]))
      ++end;
    const std::string_view word = text.substr(i, std::max<size_t>(end - i, 1));
    const auto found = replacement.find(word);
    result += found == replacement.end() ? std::string(word) : "(" + found->second + ")";
    i += word.size();
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
  // Every third of them, another third for the next rule.
  const size_t share = 3, first = std::hash<std::string_view>()(rule.name) % share;
  static const std::vector<std::vector<std::string>> values = {
      {"a", "b", "a * b"},     {"0", "a", "b"},          {"a", "0", "0"},
      {"1", "1", "1"},         {"-1", "2", "-1"},        {"1 / 2", "a", "-2"},
      {"a / 0", "2", "3"},     {"2", "a / 0", "0 / 0"},  {"-a", "a", "-a"},
      {"2 * a", "-a", "2"},    {"1 / a", "-1 / a", "a"}, {"a - b", "b - a", "1"},
      {"sqrt(a)", "a^2", "-1"}};
  for (std::string_view side : {rule.from, rule.to})
    for (size_t i = first; i < values.size(); i += share) {
      const std::vector<std::string> &row = values[i];
      const std::string text = std::string(compiler::ruleVocabulary()) + "def f(a, b) = a * (" +
                               with(side, rule.variables, row) + ") + b";
      // Tables rewrite no more where numbers are chosen; what lowering makes of it is seen once.
      Result<std::string> made =
          uncachedEngine().emit(text, i == first ? "stage:body" : "stage:approx");
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
