// Kernel with parameters that are written into the call, in order or by name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCode.h"

#include <algorithm>
#include <array>

namespace xphi {
namespace {

template <typename Span> std::span<const Span> list(std::initializer_list<Span> spans) {
  return {spans.begin(), spans.size()};
}

Error noParameter(const Kernel::Code &code, std::string_view name) {
  std::string names;
  for (const Parameter &each : code.program.parameters)
    names += (names.empty() ? "; it has " : ", ") + each.name;
  return Error("X2013",
               code.program.name + " has no parameter '" + std::string(name) + "'" + names);
}

/// Calls `run` with a number for each parameter: nothing is allocated.
template <typename Run>
Status withValues(const Kernel::Code &code, std::span<const float> inOrder,
                  std::span<const std::pair<std::string_view, float>> byName, const Run &run) {
  if (byName.empty())
    return run(inOrder);
  const auto &known = code.program.parameters;
  std::array<float, maxOperands> numbers;
  std::ranges::copy(code.defaults, numbers.begin());
  for (const auto &[name, value] : byName) {
    const auto found = std::ranges::find(known, name, &Parameter::name);
    if (found == known.end())
      return noParameter(code, name);
    numbers[std::size_t(found - known.begin())] = value;
  }
  return run(std::span<const float>(numbers.data(), known.size()));
}

} // namespace

Result<std::vector<float>>
Kernel::arguments(std::span<const std::pair<std::string, float>> values) const {
  std::vector<float> result = contents().defaults;
  const auto &known = contents().program.parameters;
  for (const auto &[name, value] : values) {
    const auto found = std::ranges::find(known, name, &Parameter::name);
    if (found == known.end())
      return noParameter(contents(), name);
    result[std::size_t(found - known.begin())] = value;
  }
  return result;
}

Status Kernel::forward(Input x, Output y, const Values &parameters) const {
  return withValues(contents(), list(parameters.inOrder), list(parameters.byName),
                    [&](Parameters values) { return forward({&x, 1}, y, values); });
}

Status Kernel::backward(Input x, Input dy, Output dx, const Values &parameters) const {
  return withValues(contents(), list(parameters.inOrder), list(parameters.byName),
                    [&](Parameters values) { return backward({&x, 1}, dy, dx, values); });
}

Status Kernel::forward(std::initializer_list<Input> inputs, Output y,
                       const Values &parameters) const {
  return withValues(contents(), list(parameters.inOrder), list(parameters.byName),
                    [&](Parameters values) { return forward(list(inputs), y, values); });
}

Status Kernel::backward(std::initializer_list<Input> inputs, Input dy, Output dx,
                        const Values &parameters) const {
  return withValues(contents(), list(parameters.inOrder), list(parameters.byName),
                    [&](Parameters values) { return backward(list(inputs), dy, dx, values); });
}

Status Kernel::gradients(std::initializer_list<Input> inputs, Input dy,
                         std::initializer_list<Output> outputs, const Values &parameters) const {
  return withValues(
      contents(), list(parameters.inOrder), list(parameters.byName), [&](Parameters values) {
        std::array<Input, maxOperands> each;
        if (values.size() > each.size())
          return Status(Error("X2012", name() + " takes " +
                                           std::to_string(this->parameters().size()) +
                                           " parameters, not " + std::to_string(values.size())));
        for (std::size_t i = 0; i != values.size(); ++i)
          each[i] = values.subspan(i, 1);
        return gradients(list(inputs), dy, list(outputs),
                         Arguments{{each.data(), values.size()}, {}});
      });
}

} // namespace xphi
