// The interpreter over whole arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Interpretation.h"

#include "abi/ElementValues.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <exception>

namespace xphi {
namespace {

/// The rounding of a program that has just started, whatever the host's is.
class PlainArithmetic {
public:
  PlainArithmetic() {
    std::fegetenv(&before);
    std::fesetenv(FE_DFL_ENV);
  }
  ~PlainArithmetic() { std::fesetenv(&before); }
  PlainArithmetic(const PlainArithmetic &) = delete;
  PlainArithmetic &operator=(const PlainArithmetic &) = delete;

private:
  std::fenv_t before;
};

double loaded(const void *array, std::int64_t i, ElementType type) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, static_cast<const char *>(array) + std::size_t(i) * sizeOf(type),
              sizeOf(type));
  return valueOf(bits, type);
}

void store(void *array, std::int64_t i, ElementType type, double value) {
  const std::uint64_t bits = nearestElement(value, type);
  std::memcpy(static_cast<char *>(array) + std::size_t(i) * sizeOf(type), &bits, sizeOf(type));
}

/// A slope of zero lets nothing pass.
double scaled(double slope, double dy) { return slope == 0 && std::isinf(dy) ? 0 : slope * dy; }

} // namespace

std::shared_ptr<const Interpretation> Interpretation::of(const ProgramText &program,
                                                         const Differentiation &differentiation,
                                                         const ArrayTypes &types) {
  dsl::ParseResult parsed = dsl::analyse({"<program>", program.text});
  if (!parsed)
    return nullptr;
  std::shared_ptr<Interpretation> made(new Interpretation);
  made->definition = parsed.program->entry();
  made->program = std::move(*parsed.program);
  made->types = types;
  for (const Parameter &parameter : program.parameters)
    made->isChannel.push_back(parameter.channel);
  const auto position = [&](const std::string &name) {
    const auto input = std::ranges::find(program.inputs, name);
    const auto parameter = std::ranges::find(program.parameters, name, &Parameter::name);
    return std::uint32_t(
        input - program.inputs.begin() +
        (input == program.inputs.end() ? parameter - program.parameters.begin() : 0));
  };
  for (const std::string &name : differentiation.derivative)
    made->derivative.push_back(position(name));
  for (const Variable &variable : differentiation.gradients) {
    made->slopes.push_back(made->derivative);
    made->slopes.back().push_back(position(variable.name));
    made->gradientTypes.push_back(variable.kind == VariableKind::Input
                                      ? gradientType(types.inputs[made->slopes.back().back()])
                                      : ElementType::F32);
  }
  for (unsigned i = 0; i != made->forms.size(); ++i)
    made->forms[i] = {made.get(), (i & 1) != 0, (i & 2) != 0};
  return made;
}

KernelEntry Interpretation::entry(bool backward, bool channels) const {
  return {&Interpretation::run, &forms[unsigned(backward) + 2 * unsigned(channels)]};
}

std::int32_t Interpretation::run(const void *form, const void *const *inputs, void *const *outputs,
                                 const void *params, std::int64_t n, std::int64_t first) noexcept {
  try {
    const auto &asked = *static_cast<const Form *>(form);
    asked.of->run(asked, inputs, outputs, static_cast<const float *>(params), n, first);
    return 0;
  } catch (const std::exception &) { // of memory that is short
    return 1;
  }
}

void Interpretation::run(const Form &form, const void *const *inputs, void *const *outputs,
                         const float *params, std::int64_t n, std::int64_t first) const {
  const PlainArithmetic plain;
  const std::size_t inputCount = types.inputs.size();
  std::vector<double> x(inputCount), parameters(isChannel.size()), results;
  for (std::size_t i = 0; i != parameters.size(); ++i)
    parameters[i] = double(params[i]);
  dsl::DoubleArithmetic doubles;
  for (std::int64_t i = 0; i != n; ++i) {
    const dsl::Element element(std::uint64_t(first + i));
    for (std::size_t k = 0; k != inputCount; ++k)
      x[k] = loaded(inputs[k], i, types.inputs[k]);
    std::size_t channelArray = inputCount + form.backward;
    for (std::size_t k = 0; form.channels && k != parameters.size(); ++k)
      if (isChannel[k])
        parameters[k] = loaded(inputs[channelArray++], i, ElementType::F32);
    const auto derivativeIn = [&](const std::vector<std::uint32_t> &variables) {
      return dsl::evaluateDerivative(program, definition, std::span<const double>(x),
                                     std::span<const double>(parameters), variables, doubles);
    };
    if (!form.backward) {
      store(outputs[0], i, types.output, derivativeIn(derivative));
      continue;
    }
    // Everything is read before anything is written: an output may be an input.
    const double dy = loaded(inputs[inputCount], i, gradientType(types.output));
    results.clear();
    for (const std::vector<std::uint32_t> &variables : slopes)
      results.push_back(scaled(derivativeIn(variables), dy));
    for (std::size_t k = 0; k != results.size(); ++k)
      store(outputs[k], i, gradientTypes[k], results[k]);
  }
}

} // namespace xphi
