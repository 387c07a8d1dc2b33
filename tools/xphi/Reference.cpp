// The reference interpreter over double precision.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Reference.h"

#include "Parameters.h"

#include "dsl/Interpreter.h"
#include "dsl/Printer.h"

#include <algorithm>

namespace xphi::command {

Result<Reference> Reference::of(const What &what) {
  Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  return Reference(std::move(*analysis));
}

Result<Reference> Reference::ofDerivative(const What &what, unsigned order, Engine &engine) {
  CompileOptions options = what.options();
  options.order = order;
  Result<std::string> text = engine.emit(what.text, "diff", options);
  if (!text)
    return text.error();
  // The derivative is an expression in the function's inputs and parameters: give it the same head.
  Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  std::string signature = dsl::printSignature(analysis->program(), analysis->function);
  std::string head = "def derivative" + signature.substr(analysis->definition().name.size());
  return of(What{head + " =\n" + *text, "<derivative>", "", what.label});
}

Result<std::vector<double>>
Reference::parameters(const std::vector<std::string> &assignments) const {
  auto given = readAssignments(assignments);
  if (!given)
    return given.error();
  const dsl::Definition &definition = analysis.definition();
  std::vector<double> values = dsl::defaultParameters(analysis.program(), analysis.function);
  for (const auto &[name, value] : *given) {
    auto found = std::find_if(definition.parameters.begin(), definition.parameters.end(),
                              [&](const dsl::Parameter &p) { return p.name == name; });
    if (found == definition.parameters.end())
      return Error("X2013", "the function has no parameter '" + name + "'");
    values[static_cast<std::size_t>(found - definition.parameters.begin())] = value;
  }
  return values;
}

double Reference::operator()(std::span<const double> point,
                             std::span<const double> parameters) const {
  return dsl::evaluate(analysis.program(), analysis.function, point, parameters);
}

} // namespace xphi::command
