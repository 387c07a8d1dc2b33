// The tables of rules as one checked program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Frontend.h"
#include "rules/RuleTable.h"

#include <iterator>
#include <ostream>
#include <stdexcept>
#include <vector>

namespace xphi::compiler {
inline std::ostream &operator<<(std::ostream &out, const Rule &rule) { return out << rule.name; }
} // namespace xphi::compiler

namespace xphi::rules {

inline std::vector<compiler::Rule> allRules() {
  std::vector<compiler::Rule> all;
  for (auto table :
       {compiler::simplifyRules(), compiler::stabiliseRules(), compiler::lastStabiliseRules()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

inline const dsl::Program &ruleProgram() {
  static const dsl::ParseResult parsed =
      dsl::analyse({"<rules>", compiler::ruleProgram(allRules())});
  if (!parsed)
    throw std::runtime_error(parsed.render());
  return *parsed.program;
}

/// A rule's name as a GoogleTest name.
inline std::string testName(const compiler::Rule &rule) {
  std::string name = compiler::fromName(rule);
  return name.substr(0, name.size() - std::string_view("_from").size());
}

inline std::optional<dsl::DefinitionIndex> conditionOf(const compiler::Rule &rule) {
  return rule.condition.empty() ? std::nullopt : ruleProgram().find(compiler::conditionName(rule));
}

} // namespace xphi::rules
