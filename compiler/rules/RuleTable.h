// The rewriting rules as text: what is replaced by what, when, and why it is right.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A rule is an identity of real numbers, written in the language itself, so that it is read by the
// language's own parser and checked by its interpreter (tests/rules). The first letter of a
// variable says what it stands for:
//   u v w   anything
//   x y     anything but a constant
//   k l     a rational constant
//   c d     a constant
//   p       what is never negative
//   t       what is a number for all numbers
// Constants in a rule are exact (SameConstant.h). A rule holds where one side is no number, too:
// then the other is none. Sums and products have families (RuleFamilies.h), so that a row need not
// be repeated with its signs and factors changed. Rules are tried from the top. Nothing here needs
// MLIR; RulePatterns.h makes patterns of rules.
#ifndef XPHI_COMPILER_RULES_RULETABLE_H
#define XPHI_COMPILER_RULES_RULETABLE_H

#include <span>
#include <string>
#include <string_view>

namespace xphi::compiler {

struct Rule {
  std::string_view name;
  std::string_view variables; ///< as a list of inputs: "u, v"
  std::string_view from, to;
  std::string_view condition; ///< on constants, or `u != v`: not the same value; empty: always
  std::string_view reason;    ///< what is gained, or lost without it
  std::string_view source;    ///< of an identity that is not school algebra
};

/// Fewer operations, as a person would write it down.
std::span<const Rule> simplifyRules();
/// Forms that keep the digits which `from` loses.
std::span<const Rule> stabiliseRules();
/// Further ones, for what is not differentiated any more: their results have a branch, or fuse what
/// a rule should still see apart.
std::span<const Rule> lastStabiliseRules();

/// Definitions, in the language, of operations that the dialect has and the language has not.
std::string_view ruleVocabulary();
/// Names of the rule's definitions in ruleProgram().
std::string fromName(const Rule &rule);
std::string toName(const Rule &rule);
std::string conditionName(const Rule &rule); ///< 1 where the condition holds, else 0
/// A program with the vocabulary and the definitions of all these rules.
std::string ruleProgram(std::span<const Rule> rules);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RULES_RULETABLE_H
