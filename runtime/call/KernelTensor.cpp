// Kernel on tensors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"
#include "TensorCall.h"
#include "runtime/host/LargeStack.h"
#include "runtime/host/RoundingMode.h"

#include <algorithm>
#include <exception>

namespace xphi {
namespace {

using Tensors = std::span<const ConstTensor>;

bool isContiguous(const ConstTensor &tensor) {
  std::int64_t stride = 1;
  for (std::size_t i = tensor.rank(); i-- != 0;) {
    if (tensor.shape()[i] != 1 && tensor.strides()[i] != stride)
      return false;
    stride *= tensor.shape()[i];
  }
  return true;
}

/// One call in one piece, on contiguous tensors of one shape, with nothing against it: whether it
/// was one, and is done. What this does not take, TensorCall takes, or refuses with a reason.
bool callDirectly(const Kernel::Code &code, const TensorArguments &given, std::int32_t &failed) {
  const bool backward = given.dy;
  const std::size_t inputs = code.program.inputs.size();
  const bool readsOfEach =
      code.keep() == Keep::Input || (code.keep() == Keep::Output && inputs == 1);
  if (code.cuda || code.stack != 0 || !readsOfEach || given.outputs.size() != 1 ||
      given.inputs.size() != inputs || !given.tensors.empty() ||
      (!given.numbers.empty() && given.numbers.size() != code.defaults.size()))
    return false;
  if (backward && (!code.backward() || code.gradients().size() != 1 ||
                   code.gradients()[0].kind != VariableKind::Input))
    return false;
  const Tensor &y = given.outputs[0];
  const auto address = [](const ConstTensor &tensor) {
    return reinterpret_cast<std::uintptr_t>(tensor.data());
  };
  const auto n = std::size_t(y.size());
  if (n == 0 || goesInPieces(code, n) || looksUpResults(code, backward, n) || !y.data() ||
      !isContiguous(y) || y.type() != outputType(code, backward, 0))
    return false;
  const void *in[maxOperands];
  const auto fits = [&](std::size_t i, const ConstTensor &x) {
    in[i] = x.data();
    const std::uintptr_t from = address(x), to = address(y);
    const std::size_t bytes = n * std::max(sizeOf(x.type()), sizeOf(y.type()));
    const bool same = from == to && sizeOf(x.type()) == sizeOf(y.type());
    return x.size() == y.size() && x.data() && x.type() == inputType(code, backward, i) &&
           std::ranges::equal(x.shape(), y.shape()) && isContiguous(x) &&
           (same || (from - to >= bytes && to - from >= bytes));
  };
  for (std::size_t i = 0; i != inputs; ++i)
    if (!fits(i, given.inputs[i]))
      return false;
  if (backward && !fits(inputs, *given.dy))
    return false;
  void *out[] = {y.data()};
  const CpuEntry entry = backward ? code.artifact.backward : code.artifact.forward;
  failed = entry(in, out, given.numbers.empty() ? code.defaults.data() : given.numbers.data(),
                 std::int64_t(n), 0);
  return true;
}

Status call(const Kernel::Code &code, const TensorArguments &arguments) {
  if (code.empty())
    return emptyKernel();
  const NearestScope nearest;
  std::int32_t failed = 0;
  if (callDirectly(code, arguments, failed))
    return failed ? kernelFailed(code, failed) : Status();
  Status done;
  const auto work = [&]() noexcept {
    try {
      TensorCall call(code, arguments);
      done = call.check();
      if (done)
        done = call.run();
    } catch (const std::exception &) { // out of memory for the words of an error
      done = Error("X2099", "out of memory");
    }
  };
  // As much again for the kernel and the threads.
  const std::size_t needed = 2 * (sizeof(TensorCall) + TensorCall::stackBytes) + code.stack;
  return withLargeStack(needed, work) ? done : noStack(code);
}

template <typename T> std::span<const T> list(std::initializer_list<T> tensors) {
  return {tensors.begin(), tensors.size()};
}

} // namespace

Status Kernel::forward(Tensors in, const Tensor &y, Parameters values) const {
  return call(contents(), {in, nullptr, {&y, 1}, values, {}});
}
Status Kernel::forward(Tensors in, const Tensor &y, Tensors values) const {
  return call(contents(), {in, nullptr, {&y, 1}, {}, values});
}
Status Kernel::forward(std::initializer_list<ConstTensor> in, const Tensor &y,
                       Parameters values) const {
  return forward(list(in), y, values);
}
Status Kernel::forward(std::initializer_list<ConstTensor> in, const Tensor &y,
                       Tensors values) const {
  return forward(list(in), y, values);
}
Status Kernel::forward(const ConstTensor &x, const Tensor &y, Parameters values) const {
  return forward(Tensors(&x, 1), y, values);
}

Status Kernel::backward(Tensors in, const ConstTensor &dy, const Tensor &dx,
                        Parameters values) const {
  return call(contents(), {in, &dy, {&dx, 1}, values, {}});
}
Status Kernel::backward(std::initializer_list<ConstTensor> in, const ConstTensor &dy,
                        const Tensor &dx, Parameters values) const {
  return backward(list(in), dy, dx, values);
}
Status Kernel::backward(const ConstTensor &x, const ConstTensor &dy, const Tensor &dx,
                        Parameters values) const {
  return backward(Tensors(&x, 1), dy, dx, values);
}

Status Kernel::gradients(Tensors in, const ConstTensor &dy, std::span<const Tensor> outputs,
                         Tensors values) const {
  return call(contents(), {in, &dy, outputs, {}, values});
}
Status Kernel::gradients(std::initializer_list<ConstTensor> in, const ConstTensor &dy,
                         std::initializer_list<Tensor> outputs, Tensors values) const {
  return gradients(list(in), dy, list(outputs), values);
}
Status Kernel::gradients(Tensors in, const ConstTensor &dy, std::span<const Tensor> outputs,
                         Parameters values) const {
  return call(contents(), {in, &dy, outputs, values, {}});
}

Status Kernel::gradients(std::initializer_list<ConstTensor> in, const ConstTensor &dy,
                         std::initializer_list<Tensor> outputs, Parameters values) const {
  return gradients(list(in), dy, list(outputs), values);
}

} // namespace xphi
