// What a Kernel tells about itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCode.h"

namespace xphi {

const Kernel::Code &Kernel::contents() const noexcept {
  static const Code &nothing = *new Code{}; // kernels may outlive what is static
  return code ? code->latest() : nothing;
}

Result<std::string> Kernel::bytes() const {
  const Code &latest = contents();
  if (latest.empty())
    return emptyKernel();
  if (latest.interpretation)
    return Error("X2048", latest.program.name + " is not compiled yet: call Kernel::wait() before");
  if (latest.bytes.empty())
    return Error("X2003", "the compiler library that made " + latest.program.name +
                              " is of another build than this one: what it makes is not kept");
  return std::string(latest.bytes);
}

bool Kernel::isReady() const noexcept { return bool(contents().artifact.image); }

Status Kernel::wait() const {
  if (!code)
    return emptyKernel();
  return code->successor ? code->successor->wait() : Status();
}

const std::string &Kernel::name() const noexcept { return contents().program.name; }
std::span<const Parameter> Kernel::parameters() const noexcept {
  return contents().program.parameters;
}
std::span<const std::string> Kernel::inputs() const noexcept { return contents().program.inputs; }
const std::string &Kernel::target() const noexcept { return contents().spec.target; }
bool Kernel::isCuda() const noexcept { return contents().cuda; }
std::span<const std::string> Kernel::derivative() const noexcept {
  return contents().differentiation.derivative;
}
std::vector<ElementType> Kernel::types() const {
  if (!code)
    return {};
  std::vector<ElementType> types = code->spec.types.inputs;
  types.push_back(code->spec.types.output);
  return types;
}
ElementType Kernel::type(std::size_t array) const noexcept {
  const ArrayTypes &types = contents().spec.types;
  return array < types.inputs.size() ? types.inputs[array] : types.output;
}
Keep Kernel::keep() const noexcept { return contents().keep(); }
unsigned Kernel::order() const noexcept { return unsigned(derivative().size()); }
bool Kernel::hasBackward() const noexcept { return contents().backward(); }
std::span<const std::string> Kernel::gradientNames() const noexcept {
  return contents().spec.gradients;
}
const std::string &Kernel::program() const noexcept { return contents().program.text; }
std::span<const Diagnostic> Kernel::warnings() const noexcept {
  return warned ? std::span<const Diagnostic>(*warned) : std::span<const Diagnostic>();
}
const Certificate &Kernel::certificate() const noexcept { return contents().artifact.certificate; }
const std::string &Kernel::info() const noexcept { return contents().artifact.info; }
const std::string &Kernel::timings() const noexcept { return contents().timings; }

} // namespace xphi
