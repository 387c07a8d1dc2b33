// What a Kernel tells about itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCode.h"

#include <algorithm>

namespace xphi {

Result<std::vector<float>>
Kernel::arguments(std::span<const std::pair<std::string, float>> values) const {
  std::vector<float> result = code->defaults;
  for (const auto &[name, value] : values) {
    const auto &known = code->program.parameters;
    const auto found = std::ranges::find(known, name, &Parameter::name);
    if (found == known.end()) {
      std::string names;
      for (const Parameter &each : known)
        names += (names.empty() ? "; it has " : ", ") + each.name;
      return Error("X2013", code->program.name + " has no parameter '" + name + "'" + names);
    }
    result[std::size_t(found - known.begin())] = value;
  }
  return result;
}

const std::string &Kernel::name() const noexcept { return code->program.name; }
std::span<const Parameter> Kernel::parameters() const noexcept { return code->program.parameters; }
std::span<const std::string> Kernel::inputs() const noexcept { return code->program.inputs; }
const std::string &Kernel::target() const noexcept { return code->spec.target; }
bool Kernel::isCuda() const noexcept { return code->cuda; }
std::span<const std::string> Kernel::derivative() const noexcept {
  return code->differentiation.derivative;
}
std::vector<ElementType> Kernel::types() const {
  std::vector<ElementType> types = code->spec.types.inputs;
  types.push_back(code->spec.types.output);
  return types;
}
ElementType Kernel::type(std::size_t array) const noexcept {
  const ArrayTypes &types = code->spec.types;
  return array < types.inputs.size() ? types.inputs[array] : types.output;
}
Keep Kernel::keep() const noexcept { return code->keep(); }
unsigned Kernel::order() const noexcept { return unsigned(derivative().size()); }
bool Kernel::hasBackward() const noexcept { return code->backward(); }
std::span<const std::string> Kernel::gradientNames() const noexcept { return code->spec.gradients; }
const std::string &Kernel::program() const noexcept { return code->program.text; }
std::span<const Diagnostic> Kernel::warnings() const noexcept {
  return warned ? std::span<const Diagnostic>(*warned) : std::span<const Diagnostic>();
}
const Certificate &Kernel::certificate() const noexcept { return code->artifact.certificate; }
const std::string &Kernel::info() const noexcept { return code->artifact.info; }
const std::string &Kernel::timings() const noexcept { return code->timings; }

} // namespace xphi
