// Reading, printing, formatting.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "fuzz/Properties.h"

#include "dsl/Format.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "lib/EmbeddedLibrary.h"

#include <algorithm>

namespace xphi::fuzz {

using namespace dsl;

std::string complaintOfFrontend(std::string_view text) {
  ParseResult result = analyse({"fuzz.phi", std::string(text)}, &lib::library());
  bool hasError = std::any_of(result.diagnostics.begin(), result.diagnostics.end(),
                              [](const Diagnostic &d) { return d.severity == Severity::Error; });
  if (hasError == static_cast<bool>(result))
    return "errors and a program, or neither";
  for (const Diagnostic &diagnostic : result.diagnostics)
    if (diagnostic.range.begin > diagnostic.range.end || diagnostic.range.end > text.size() + 1)
      return "a range outside the text: " + diagnostic.message;
  if (!result.diagnostics.empty() && result.render({.color = true}).empty())
    return "nothing is printed";
  if (!result)
    return "";
  const Program &program = *result.program;
  const Definition &entry = program.definitions[program.entry()];
  std::vector<double> inputs(entry.inputs.size(), 0.5);
  std::vector<double> parameters = defaultParameters(program, program.entry());
  evaluate(program, program.entry(), inputs, parameters);
  DoubleArithmetic doubles;
  const uint32_t first = 0;
  evaluateDerivative(program, program.entry(), std::span<const double>(inputs),
                     std::span<const double>(parameters), {&first, 1}, doubles);
  return "";
}

std::string complaintOfRoundTrip(std::string_view text) {
  SourceText source{"fuzz.phi", std::string(text)};
  ParseResult result = analyse(source, &lib::library());
  std::string printed;
  if (result) {
    const Program &program = *result.program;
    printed = closure(program, program.entry());
    ParseResult again = analyse({"printed.phi", printed});
    if (!again)
      return "what was printed cannot be read:\n" + printed + again.render();
    if (!sameDefinition(program, program.entry(), *again.program, again.program->entry()))
      return "what was printed means something else:\n" + printed;
    if (closure(*again.program, again.program->entry()) != printed)
      return "printing twice differs:\n" + printed;
  }
  FormatResult formatted = format(source);
  if (!formatted.text)
    return result ? "a good text is not formatted" : "";
  FormatResult twice = format({"formatted.phi", *formatted.text});
  if (!twice.text)
    return "formatting broke it:\n" + *formatted.text;
  if (*twice.text != *formatted.text)
    return "formatting twice differs:\n" + *formatted.text + "----\n" + *twice.text;
  if (!result)
    return "";
  ParseResult after = analyse({"formatted.phi", *formatted.text}, &lib::library());
  if (!after || closure(*after.program, after.program->entry()) != printed)
    return "formatting changed the meaning:\n" + *formatted.text;
  return "";
}

} // namespace xphi::fuzz
