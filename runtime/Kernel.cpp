// Kernel on the CPU, and what it tells about itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"

namespace xphi {
namespace {

std::uint64_t address(const float *pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

Status run(const Kernel::Code &code, std::span<const Kernel::Input> inputs, const Kernel::Input *dy,
           Kernel::Output output, Kernel::Parameters parameters) {
  if (code.cuda)
    return Error("X2016", code.program.name + " was compiled for " + code.target +
                              ": call forwardCuda or backwardCuda");
  KernelCall call;
  call.output = address(output.data());
  call.n = output.size();
  const auto add = [&](Kernel::Input input) {
    call.addInput(address(input.data()));
    return input.size() == output.size();
  };
  for (std::size_t i = 0; i != inputs.size(); ++i)
    if (!add(inputs[i]))
      return lengthMismatch(code, i, inputs[i].size(), output.size());
  if (dy && !add(*dy))
    return lengthMismatch(code, code.program.inputs.size(), dy->size(), output.size());
  if (Status status = call.check(code, dy != nullptr, parameters); !status)
    return status;

  const CpuEntry entry = dy ? code.artifact.backward : code.artifact.forward;
  const std::int32_t failed = call.forEachSlice([&](std::int64_t n) {
    const void *in[maxOperands];
    for (std::size_t i = 0; i != call.inputCount; ++i)
      in[i] = reinterpret_cast<const void *>(call.inputs[i]);
    void *out[] = {reinterpret_cast<void *>(call.output)};
    return entry(in, out, call.parameters, n);
  });
  if (failed)
    return Error("X2019", code.program.name + ": the kernel returned " + std::to_string(failed));
  return {};
}

Kernel::Parameters counted(const Kernel::Code &code, const float *parameters) {
  return {parameters, parameters ? code.defaults.size() : 0};
}

} // namespace

Status Kernel::forward(std::span<const Input> in, Output y, Parameters values) const {
  return run(*code, in, nullptr, y, values);
}

Status Kernel::backward(std::span<const Input> in, Input dy, Output dx, Parameters values) const {
  return run(*code, in, &dy, dx, values);
}

Status Kernel::forward(Input x, Output y, Parameters values) const {
  return run(*code, {&x, 1}, nullptr, y, values);
}

Status Kernel::backward(Input x, Input dy, Output dx, Parameters values) const {
  return run(*code, {&x, 1}, &dy, dx, values);
}

Status Kernel::forward(std::initializer_list<Input> in, Output y, Parameters values) const {
  return run(*code, {in.begin(), in.size()}, nullptr, y, values);
}

Status Kernel::backward(std::initializer_list<Input> in, Input dy, Output dx,
                        Parameters values) const {
  return run(*code, {in.begin(), in.size()}, &dy, dx, values);
}

Status Kernel::forward(const float *x, float *y, std::size_t n, const float *values) const {
  return forward(Input(x, n), Output(y, n), counted(*code, values));
}

Status Kernel::backward(const float *x, const float *dy, float *dx, std::size_t n,
                        const float *values) const {
  return backward(Input(x, n), Input(dy, n), Output(dx, n), counted(*code, values));
}

Result<std::vector<float>>
Kernel::arguments(std::span<const std::pair<std::string, float>> values) const {
  std::vector<float> result = code->defaults;
  for (const auto &[name, value] : values) {
    const auto &known = code->program.parameters;
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const Parameter &each) { return each.name == name; });
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
const std::string &Kernel::target() const noexcept { return code->target; }
bool Kernel::isCuda() const noexcept { return code->cuda; }
unsigned Kernel::order() const noexcept { return code->order; }
bool Kernel::hasBackward() const noexcept { return code->backward; }
const std::string &Kernel::program() const noexcept { return code->program.text; }
const std::string &Kernel::info() const noexcept { return code->artifact.info; }
const std::string &Kernel::timings() const noexcept { return code->timings; }

} // namespace xphi
