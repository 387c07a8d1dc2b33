// Kernel on tensors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"
#include "TensorCall.h"
#include "runtime/host/LargeStack.h"

#include <exception>

namespace xphi {
namespace {

using Tensors = std::span<const ConstTensor>;

Status call(const Kernel::Code &code, const TensorArguments &arguments) {
  if (code.empty())
    return emptyKernel();
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

} // namespace xphi
