// The program text made of rules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/RuleTable.h"

#include <algorithm>

namespace xphi::compiler {
namespace {

std::string identifier(const Rule &rule, const char *suffix) {
  std::string name(rule.name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name + suffix;
}

void define(std::string &program, const std::string &name, const Rule &rule,
            std::string_view body) {
  program += "def " + name + "(" + std::string(rule.variables) + ") = ";
  program += body;
  program += '\n';
}

} // namespace

std::string_view ruleVocabulary() {
  return "def sech2(x) = 1 / cosh(x)^2\n"
         "def logistic_pdf(x) = sigmoid(x) * sigmoid(-x)\n"
         "def tanh_softplus(x) = tanh(softplus(x))\n"
         "def mish_slope(x) = tanh(softplus(x)) + x * (sech2(softplus(x)) * sigmoid(x))\n"
         "def tanhshrink(x) = x - tanh(x)\n"
         "def log_erfc(x) = log(erfc(x))\n"
         "def erfcx_slope(x) = 2 * x * erfcx(x) - 2 / sqrt(pi)\n"
         "def gelu(x) = x * Phi(x)\n"
         "def gelu_slope(x) = Phi(x) + x * phi(x)\n";
}

std::string fromName(const Rule &rule) { return identifier(rule, "_from"); }
std::string toName(const Rule &rule) { return identifier(rule, "_to"); }
std::string conditionName(const Rule &rule) { return identifier(rule, "_if"); }

std::string ruleProgram(std::span<const Rule> rules) {
  std::string program(ruleVocabulary());
  for (const Rule &rule : rules) {
    define(program, fromName(rule), rule, rule.from);
    define(program, toName(rule), rule, rule.to);
    if (!rule.condition.empty())
      define(program, conditionName(rule), rule,
             "if " + std::string(rule.condition) + " then 1 else 0");
  }
  return program;
}

} // namespace xphi::compiler
