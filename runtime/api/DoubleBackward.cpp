// Writes the program of the second backward pass.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "DoubleBackward.h"

#include "dsl/Frontend.h"
#include "dsl/Printer.h"

#include <fmt/format.h>
#include <set>

namespace xphi {
namespace {

/// Names for what the new definition needs, none of them taken.
class FreshNames {
public:
  explicit FreshNames(const dsl::Program &program) {
    for (const dsl::Definition &definition : program.definitions)
      taken.insert(definition.name);
    const dsl::Definition &function = program.definitions[program.entry()];
    taken.insert(function.inputs.begin(), function.inputs.end());
    for (const dsl::Parameter &parameter : function.parameters)
      taken.insert(parameter.name);
  }

  std::string operator()(std::string name) {
    while (!taken.insert(name).second)
      name += '_';
    return name;
  }

private:
  std::set<std::string> taken;
};

} // namespace

DoubleBackward doubleBackward(const ProgramText &program) {
  // Canonical, so it has no mistakes.
  const dsl::ParseResult parsed = dsl::analyse({"<program>", program.text});
  const dsl::DefinitionIndex entry = parsed.program->entry();
  FreshNames fresh(*parsed.program);

  // "f(x; alpha: channel = 1)" and "f(x; alpha = alpha)".
  const std::string signature = dsl::printSignature(*parsed.program, entry);
  const std::size_t semicolon = signature.find(';');
  const std::string parameters = semicolon == std::string::npos ? ")" : signature.substr(semicolon);
  std::vector<std::string> bindings;
  for (const Parameter &parameter : program.parameters)
    bindings.push_back(parameter.name + " = " + parameter.name);
  const std::string call = fmt::format("{}({}{}{})", program.name, fmt::join(program.inputs, ", "),
                                       bindings.empty() ? "" : "; ", fmt::join(bindings, ", "));

  DoubleBackward result{{}, program.inputs};
  std::vector<std::string> inputs = program.inputs, terms;
  const std::string dy = fresh("dy");
  result.gradients.push_back(dy);
  inputs.push_back(dy);
  for (const std::string &input : program.inputs) {
    inputs.push_back(fresh("v_" + input));
    terms.push_back(inputs.back() + " * diff(" + call + ", " + input + ")");
  }
  result.text = fmt::format("{}\ndef {}({}{} = {} * ({})\n", program.text,
                            fresh(program.name + "_double_backward"), fmt::join(inputs, ", "),
                            parameters, dy, fmt::join(terms, " + "));
  return result;
}

} // namespace xphi
