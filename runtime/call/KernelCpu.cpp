// Kernel on the CPU: what the caller passed, checked and made into one sweep over the arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"
#include "Sweep.h"
#include "Walk.h"
#include "runtime/host/LargeStack.h"
#include "runtime/host/RoundingMode.h"

namespace xphi {
namespace {

using Input = Kernel::Input;
using Output = Kernel::Output;
using Parameters = Kernel::Parameters;
using Arguments = Kernel::Arguments;

std::uint64_t address(const float *pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

/// Forward without dy.
struct Spans {
  std::span<const Input> inputs;
  const Input *dy;
  std::span<const Output> outputs;
};

VariableKind kindOf(const Kernel::Code &code, const Spans &spans, std::size_t output) {
  const auto gradients = code.gradients();
  return spans.dy && output < gradients.size() ? gradients[output].kind : VariableKind::Input;
}

Error wrongOutputLength(const Kernel::Code &code, const Spans &spans, std::size_t output,
                        std::size_t wanted) {
  return Error("X2010", code.program.name + ": " + outputName(code, spans.dy, output) + " has " +
                            counted(spans.outputs[output].size(), "element") + ", not " +
                            std::to_string(wanted));
}

// The number of elements is that of the first output that is no sum.
std::size_t elementCount(const Kernel::Code &code, const Spans &spans) {
  for (std::size_t i = 0; i != spans.outputs.size(); ++i)
    if (kindOf(code, spans, i) == VariableKind::Input)
      return spans.outputs[i].size();
  return spans.dy->size();
}

Status prepare(KernelCall &call, const Kernel::Code &code, const Spans &spans,
               std::size_t channels) {
  if (code.empty())
    return emptyKernel();
  if (code.cuda)
    return notOnCpu(code);
  if (Status floats = checkFloats(code); !floats)
    return floats;
  call.n = elementCount(code, spans);
  call.channels = channels;
  for (std::size_t i = 0; i != spans.inputs.size() + (spans.dy != nullptr); ++i) {
    const Input &input = i < spans.inputs.size() ? spans.inputs[i] : *spans.dy;
    call.addInput(address(input.data()));
    if (input.size() != call.n)
      return lengthMismatch(code, spans.dy != nullptr, i, input.size(), call.n);
  }
  for (const Output &output : spans.outputs)
    call.addOutput(address(output.data()));
  if (Status checked = call.check(code, spans.dy != nullptr); !checked)
    return checked;
  for (std::size_t i = 0; i != spans.outputs.size(); ++i) {
    const VariableKind kind = kindOf(code, spans, i);
    const std::size_t wanted = kind == VariableKind::Input     ? call.n
                               : kind == VariableKind::Channel ? channels
                                                               : 1;
    if (spans.outputs[i].size() != wanted)
      return wrongOutputLength(code, spans, i, wanted);
  }
  return {};
}

bool hasSums(const Kernel::Code &code, const Spans &spans) {
  return spans.dy && std::ranges::any_of(code.gradients(), [](const Variable &each) {
           return each.kind != VariableKind::Input;
         });
}

Operands toOperands(const Kernel::Code &code, const Spans &spans, const KernelCall &call) {
  const auto &parameters = code.program.parameters;
  Operands operands;
  operands.entry = code.entry(spans.dy != nullptr);
  operands.channelsEntry = code.entry(spans.dy != nullptr, true);
  operands.n = call.n;
  operands.parameterCount = parameters.size();
  operands.inputCount = call.inputCount;
  operands.outputCount = call.outputCount;
  for (std::size_t i = 0; i != call.inputCount; ++i)
    operands.inputs[i] = reinterpret_cast<const void *>(call.inputs[i]);
  for (std::size_t i = 0; i != call.outputCount; ++i)
    operands.outputs[i] = reinterpret_cast<void *>(call.outputs[i]);
  std::fill_n(operands.inputBytes, call.inputCount, sizeof(float));
  std::fill_n(operands.outputBytes, call.outputCount, sizeof(float));
  for (std::size_t i = 0; i != call.outputCount; ++i)
    operands.outputKinds[i] = kindOf(code, spans, i);
  for (std::size_t i = 0; i != parameters.size(); ++i)
    operands.isChannel[i] = parameters[i].channel;
  std::copy_n(call.parameters, parameters.size(), operands.parameters);
  std::fill_n(operands.channelValues, maxOperands, nullptr);
  return operands;
}

std::int32_t runSweep(const Kernel::Code &code, const Operands &operands) {
  Sweep sweep(operands);
  const auto task = [](void *sweep, std::size_t unit) { static_cast<Sweep *>(sweep)->run(unit); };
  return runUnits(code, sweep.units(), task, &sweep) ? sweep.finish() : notOnceEach;
}

/// X2019 when the kernel fails.
Status sweep(const Kernel::Code &code, const Operands &operands) {
  // The scratch of a sweep and a unit, and as much again for the kernel and the threads.
  const std::size_t needed = 2 * (sizeof(Sweep) + Sweep::unitBytes) + code.stack;
  std::int32_t failed = 0;
  if (!withLargeStack(needed, [&]() noexcept { failed = runSweep(code, operands); }))
    return noStack(code);
  if (failed)
    return kernelFailed(code, failed);
  return {};
}

/// Sums of no elements are 0.
Status run(const Kernel::Code &code, const Spans &spans, const Operands &operands) {
  if (operands.n != 0)
    return sweep(code, operands);
  for (const Output &output : spans.outputs)
    std::ranges::fill(output, 0.0f);
  return {};
}

/// The most usual call, in one piece, one array of each kind and nothing against it: whether it was
/// one, and is done. What this does not take, call() below takes, or refuses with a reason.
bool callDirectly(const Kernel::Code &code, const Spans &spans, Parameters parameters,
                  std::int32_t &failed) {
  const std::size_t n = spans.outputs.size() == 1 ? spans.outputs[0].size() : 0;
  const std::size_t inputs = code.program.inputs.size();
  const bool usual = code.direct && n != 0 && !goesInPieces(code, n) &&
                     spans.inputs.size() == inputs &&
                     (parameters.empty() || parameters.size() == code.defaults.size()) &&
                     (!spans.dy || (code.artifact.backward && code.gradients().size() == 1 &&
                                    code.gradients()[0].kind == VariableKind::Input));
  if (!usual)
    return false;
  const std::uint64_t y = address(spans.outputs[0].data()), bytes = n * sizeof(float);
  const void *in[maxOperands];
  const auto fits = [&](std::size_t i, const Input &input) {
    in[i] = input.data();
    const std::uint64_t x = address(input.data());
    // Apart, or the same: the distance of two arrays that overlap is below their length.
    return input.size() == n && x != 0 && (x == y || (x - y >= bytes && y - x >= bytes));
  };
  for (std::size_t i = 0; i != inputs; ++i)
    if (!fits(i, spans.inputs[i]))
      return false;
  if (y == 0 || (spans.dy && !fits(inputs, *spans.dy)))
    return false;
  void *out[] = {spans.outputs[0].data()};
  const CpuEntry entry = spans.dy ? code.artifact.backward : code.artifact.forward;
  failed = entry(in, out, parameters.empty() ? code.defaults.data() : parameters.data(),
                 std::int64_t(n), 0);
  return true;
}

Status toStatus(const Kernel::Code &code, std::int32_t failed) {
  if (failed)
    return kernelFailed(code, failed);
  return {};
}

Status call(const Kernel::Code &code, const Spans &spans, Parameters parameters) {
  const NearestScope nearest;
  std::int32_t failed = 0;
  if (callDirectly(code, spans, parameters, failed))
    return toStatus(code, failed);
  KernelCall call;
  if (Status prepared = prepare(call, code, spans, 1); !prepared)
    return prepared;
  if (Status set = call.setParameters(code, parameters); !set)
    return set;
  const bool split = code.workers && goesInPieces(code, call.n);
  if (split || hasSums(code, spans))
    return run(code, spans, toOperands(code, spans, call));

  const KernelEntry entry = code.entry(spans.dy != nullptr);
  const auto slices = [&]() noexcept {
    failed = call.forEachSlice([&](std::int64_t n, std::int64_t first) {
      const void *in[maxOperands];
      void *out[maxOperands];
      for (std::size_t i = 0; i != call.inputCount; ++i)
        in[i] = reinterpret_cast<const void *>(call.inputs[i]);
      for (std::size_t i = 0; i != call.outputCount; ++i)
        out[i] = reinterpret_cast<void *>(call.outputs[i]);
      return entry(in, out, call.parameters, n, first);
    });
  };
  if (code.stack == 0)
    slices();
  else if (!withLargeStack(code.stack, slices))
    return noStack(code);
  return toStatus(code, failed);
}

Status checkLayout(const Kernel::Code &code, const ChannelLayout &layout, std::size_t n) {
  std::size_t block = 0;
  const bool tooLarge = __builtin_mul_overflow(layout.channels, layout.inner, &block);
  if (n == 0 || (!tooLarge && block != 0 && n % block == 0))
    return {};
  return Error("X2025", code.program.name + ": " + counted(n, "element") +
                            " are no whole number of blocks of " +
                            counted(layout.channels, "channel") + " with " +
                            counted(layout.inner, "element") + " each");
}

/// Sets the parameters, and the values of those that have one for each channel.
Status readParameters(Operands &operands, const Kernel::Code &code, const Spans &spans,
                      const Arguments &arguments) {
  const auto &parameters = code.program.parameters;
  if (!arguments.parameters.empty() && arguments.parameters.size() != parameters.size())
    return Error("X2012", code.program.name + " takes " + counted(parameters.size(), "parameter") +
                              ", not " + std::to_string(arguments.parameters.size()));
  std::size_t channelParameter = 0;
  for (std::size_t i = 0; i != arguments.parameters.size(); ++i) {
    const Input values = arguments.parameters[i];
    const Parameter &parameter = parameters[i];
    const std::size_t position = parameter.channel ? channelParameter++ : 0;
    if (values.size() == 1)
      operands.parameters[i] = values[0];
    if (values.size() <= 1)
      continue;
    if (!parameter.channel)
      return Error("X2025", code.program.name + ": parameter '" + parameter.name +
                                "' takes one value, not " + std::to_string(values.size()));
    if (values.size() != arguments.layout.channels)
      return Error("X2025", code.program.name + ": parameter '" + parameter.name + "' has " +
                                counted(values.size(), "value") + " for " +
                                counted(arguments.layout.channels, "channel"));
    for (std::size_t k = 0; k != spans.outputs.size(); ++k)
      if (overlap(address(values.data()), values.size_bytes(), address(spans.outputs[k].data()),
                  spans.outputs[k].size_bytes()))
        return Error("X2011", code.program.name + ": " + outputName(code, spans.dy, k) +
                                  " overlaps the values of '" + parameter.name +
                                  "'; it must lie apart from them");
    operands.channelValues[position] = values.data();
    operands.byChannel = true;
  }
  return {};
}

Status call(const Kernel::Code &code, const Spans &spans, const Arguments &arguments) {
  const NearestScope nearest;
  KernelCall call;
  if (Status prepared = prepare(call, code, spans, arguments.layout.channels); !prepared)
    return prepared;
  if (Status fits = checkLayout(code, arguments.layout, call.n); !fits)
    return fits;
  call.parameters = code.defaults.data();
  Operands operands = toOperands(code, spans, call);
  operands.layout = arguments.layout;
  if (Status read = readParameters(operands, code, spans, arguments); !read)
    return read;
  return run(code, spans, operands);
}

Parameters numbered(const Kernel::Code &code, const float *parameters) {
  return {parameters, parameters ? code.defaults.size() : 0};
}

template <typename Span> std::span<const Span> list(std::initializer_list<Span> spans) {
  return {spans.begin(), spans.size()};
}

} // namespace

Status Kernel::forward(std::span<const Input> in, Output y, Parameters values) const {
  return call(contents(), {in, nullptr, {&y, 1}}, values);
}
Status Kernel::forward(std::initializer_list<Input> in, Output y, Parameters values) const {
  return forward(list(in), y, values);
}
Status Kernel::forward(Input x, Output y, Parameters values) const {
  return forward({&x, 1}, y, values);
}
Status Kernel::forward(const float *x, float *y, std::size_t n, const float *values) const {
  return forward(Input(x, n), Output(y, n), numbered(contents(), values));
}
Status Kernel::forward(std::span<const Input> in, Output y, const Arguments &arguments) const {
  return call(contents(), {in, nullptr, {&y, 1}}, arguments);
}
Status Kernel::forward(std::initializer_list<Input> in, Output y,
                       const Arguments &arguments) const {
  return forward(list(in), y, arguments);
}

Status Kernel::backward(std::span<const Input> in, Input dy, Output dx, Parameters values) const {
  return call(contents(), {in, &dy, {&dx, 1}}, values);
}
Status Kernel::backward(std::initializer_list<Input> in, Input dy, Output dx,
                        Parameters values) const {
  return backward(list(in), dy, dx, values);
}
Status Kernel::backward(Input x, Input dy, Output dx, Parameters values) const {
  return backward({&x, 1}, dy, dx, values);
}
Status Kernel::backward(const float *x, const float *dy, float *dx, std::size_t n,
                        const float *values) const {
  return backward(Input(x, n), Input(dy, n), Output(dx, n), numbered(contents(), values));
}

Status Kernel::gradients(std::span<const Input> in, Input dy,
                         std::span<const Output> outputs) const {
  return call(contents(), {in, &dy, outputs}, Parameters());
}
Status Kernel::gradients(std::initializer_list<Input> in, Input dy,
                         std::initializer_list<Output> outputs) const {
  return gradients(list(in), dy, list(outputs));
}
Status Kernel::gradients(std::span<const Input> in, Input dy, std::span<const Output> outputs,
                         const Arguments &arguments) const {
  return call(contents(), {in, &dy, outputs}, arguments);
}
Status Kernel::gradients(std::initializer_list<Input> in, Input dy,
                         std::initializer_list<Output> outputs, const Arguments &arguments) const {
  return gradients(list(in), dy, list(outputs), arguments);
}

} // namespace xphi
