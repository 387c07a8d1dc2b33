// Kernel on the GPU: the caller's stream, pointers and context; no copy, no waiting.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"

namespace xphi {
namespace {

Error noSums(const Kernel::Code &code, const std::string &parameter) {
  return Error("X2026", code.program.name + ": the gradient of parameter '" + parameter +
                            "' is a sum over all elements, which is not made on CUDA. Compile with "
                            "the gradients of inputs only, and for this one compile with "
                            "CompileOptions::derivative = {\"" +
                            parameter + "\"}, call forwardCuda and sum its product with dy");
}

Status launch(const Kernel::Code &code, void *stream, std::span<const Kernel::DevicePointer> inputs,
              const Kernel::DevicePointer *dy, std::span<const Kernel::DevicePointer> outputs,
              std::size_t n, Kernel::Parameters parameters) {
  if (code.empty())
    return emptyKernel();
  if (!code.cuda)
    return Error("X2016", code.program.name + " was compiled for " + code.spec.target +
                              ": set CompileOptions::target to \"cuda\"");
  KernelCall call;
  call.n = n;
  const bool backward = dy != nullptr;
  if (Status fits = checkCounts(code, backward, inputs.size() + backward, outputs.size()); !fits)
    return fits;
  for (std::size_t i = 0; i != outputs.size(); ++i)
    call.addOutput(outputs[i], outputType(code, backward, i));
  for (std::size_t i = 0; i != inputs.size(); ++i)
    call.addInput(inputs[i], inputType(code, backward, i));
  if (dy)
    call.addInput(*dy, code.spec.types.output);
  if (Status status = call.check(code, dy != nullptr); !status)
    return status;
  if (Status status = call.setParameters(code, parameters); !status)
    return status;
  for (const Variable &gradient : code.gradients())
    if (dy && gradient.kind != VariableKind::Input)
      return noSums(code, gradient.name);

  const auto driver = code.driver->get();
  if (!driver)
    return driver.error();
  const Result<std::uint64_t> context = (*driver)->currentContext();
  if (!context)
    return context.error();
  CudaLaunch shared{**driver, code.modules, *context, stream, std::nullopt};
  const CudaEntry entry = dy ? code.artifact.backwardCuda : code.artifact.forwardCuda;
  const std::int32_t failed = call.forEachSlice([&](std::int64_t slice, std::int64_t first) {
    return entry(&shared, call.inputs, call.outputs, call.parameters, slice, first);
  });
  if (shared.error)
    return *shared.error;
  if (failed)
    return kernelFailed(code, failed);
  return {};
}

} // namespace

Status Kernel::forwardCuda(void *stream, std::span<const DevicePointer> in, DevicePointer y,
                           std::size_t n, Parameters values) const {
  return launch(contents(), stream, in, nullptr, {&y, 1}, n, values);
}

Status Kernel::backwardCuda(void *stream, std::span<const DevicePointer> in, DevicePointer dy,
                            DevicePointer dx, std::size_t n, Parameters values) const {
  return launch(contents(), stream, in, &dy, {&dx, 1}, n, values);
}

Status Kernel::gradientsCuda(void *stream, std::span<const DevicePointer> in, DevicePointer dy,
                             std::span<const DevicePointer> outputs, std::size_t n,
                             Parameters values) const {
  return launch(contents(), stream, in, &dy, outputs, n, values);
}

Status Kernel::forwardCuda(void *stream, DevicePointer x, DevicePointer y, std::size_t n,
                           Parameters values) const {
  return launch(contents(), stream, {&x, 1}, nullptr, {&y, 1}, n, values);
}

Status Kernel::backwardCuda(void *stream, DevicePointer x, DevicePointer dy, DevicePointer dx,
                            std::size_t n, Parameters values) const {
  return launch(contents(), stream, {&x, 1}, &dy, {&dx, 1}, n, values);
}

} // namespace xphi
