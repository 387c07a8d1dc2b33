// Answers of the oracle for a script: a function and a point a line in, numbers a line out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In:  gelu -5.5                       the function, then its inputs, then all its parameters
// Out: -0x1.c0...p-24 -0x1.3...p-21    the value, then its derivative in each of them, as doubles
//
// In:  ? swish
// Out: 1 0x1p+0                        how many inputs it has, and its defaults rounded to float
//
// An unknown function or a wrong number of operands gives the line "error: ...".
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "compiler/truth/PartialOracle.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>

using namespace xphi;

namespace {

struct Function {
  std::size_t inputs, parameters;
  reference::PartialOracle oracle;
};

const Function *find(const std::string &name) {
  static std::map<std::string, std::optional<Function>> known;
  auto [entry, isNew] = known.emplace(name, std::nullopt);
  if (isNew)
    if (auto parsed = lib::library().load(name); parsed && *parsed) {
      const dsl::Definition &definition = parsed->program->definitions[parsed->program->entry()];
      const std::size_t inputs = definition.inputs.size(),
                        all = inputs + definition.parameters.size();
      std::vector<uint32_t> variables(all);
      std::iota(variables.begin(), variables.end(), 0);
      entry->second.emplace(Function{
          inputs, all - inputs,
          reference::PartialOracle(parsed->program, parsed->program->entry(), variables, 1)});
    }
  return entry->second ? &*entry->second : nullptr;
}

std::string hex(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%a", number);
  return text;
}

std::string answer(const std::string &line) {
  std::istringstream words(line);
  std::string name, word;
  words >> name;
  const bool asksForDefaults = name == "?";
  if (asksForDefaults)
    words >> name;
  std::vector<double> numbers;
  while (words >> word)
    numbers.push_back(std::strtod(word.c_str(), nullptr));
  const Function *function = find(name);
  if (!function)
    return "error: no function '" + name + "'";
  if (asksForDefaults) {
    std::string out = std::to_string(function->inputs);
    for (double parameter : function->oracle.defaultParameters())
      out += " " + hex(parameter);
    return out;
  }
  if (numbers.size() != function->inputs + function->parameters)
    return "error: '" + name + "' takes " + std::to_string(function->inputs) + " inputs and " +
           std::to_string(function->parameters) + " parameters";
  const std::span<const double> all(numbers);
  const reference::PartialAnswer answer =
      function->oracle.at(all.first(function->inputs), all.subspan(function->inputs));
  std::string out = hex(answer.value.truth.high);
  for (const reference::Entry &entry : answer.first)
    out += " " + hex(entry.truth.high);
  return out;
}

} // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);)
    std::cout << answer(line) << '\n';
}
