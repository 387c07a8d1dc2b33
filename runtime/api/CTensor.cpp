// The C interface on tensors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CHandles.h"
#include "abi/Artifact.h"
#include "abi/ElementTypes.h"
#include "runtime/host/LargeStack.h"

#include <xphi/DLPack.hpp>
#include <xphi/tensor.h>

#include <array>
#include <iterator>

namespace xphi {
namespace {

static_assert(XPHI_F32 == int(ElementType::F32) && XPHI_F16 == int(ElementType::F16) &&
              XPHI_BF16 == int(ElementType::BF16));

Result<Tensor> viewOf(const xphi_tensor &given) {
  if (given.type >= std::size(elementTypes))
    return Error("X2031", "an xphi_tensor has the type " + std::to_string(given.type) +
                              ", which is none of XPHI_F32, XPHI_F16 and XPHI_BF16");
  if (given.rank != 0 && !given.shape)
    return Error("X2017", "an xphi_tensor has no shape");
  const ConstTensor::Sizes shape(given.shape, given.rank);
  const auto type = ElementType(given.type);
  return given.strides ? Tensor::bits(given.data, type, shape, {given.strides, given.rank})
                       : Tensor::bits(given.data, type, shape);
}

/// The tensors of one call, on the stack.
template <typename View> struct Views {
  std::array<View, maxOperands> views;
  std::size_t count = 0;

  /// Null `given` has none.
  Status read(const xphi_tensor *given, std::size_t wanted) {
    for (; given && count != wanted; ++count) {
      const Result<Tensor> view = viewOf(given[count]);
      if (!view)
        return view.error();
      views[count] = *view;
    }
    return {};
  }
  Status readParameters(const xphi_tensor *given, std::size_t wanted) {
    for (; given && count != wanted; ++count) {
      if (!given[count].data)
        continue;
      const Result<Tensor> view = viewOf(given[count]);
      if (!view)
        return view.error();
      views[count] = *view;
    }
    return {};
  }
  std::span<const View> get() const { return {views.data(), count}; }
};

Status forward(const Kernel &kernel, const xphi_tensor *inputs, const xphi_tensor *y,
               const xphi_tensor *parameters) {
  Views<ConstTensor> read, values;
  if (!y)
    return nullHandle("result");
  const Result<Tensor> result = viewOf(*y);
  if (!result)
    return result.error();
  Status good = read.read(inputs, kernel.inputs().size());
  if (good)
    good = values.readParameters(parameters, kernel.parameters().size());
  return good ? kernel.forward(read.get(), *result, values.get()) : good;
}

Status gradients(const Kernel &kernel, const xphi_tensor *inputs, const xphi_tensor *dy,
                 const xphi_tensor *outputs, const xphi_tensor *parameters) {
  Views<ConstTensor> read, values;
  Views<Tensor> written;
  if (!dy)
    return nullHandle("dy");
  const Result<Tensor> seed = viewOf(*dy);
  if (!seed)
    return seed.error();
  Status good = read.read(inputs, kernel.inputs().size());
  if (good)
    good = written.read(outputs, kernel.gradientNames().size());
  if (good)
    good = values.readParameters(parameters, kernel.parameters().size());
  return good ? kernel.gradients(read.get(), *seed, written.get(), values.get()) : good;
}

/// The views of a call take room.
template <typename Call>
xphi_error *onTensors(const xphi_kernel *handle, const Call &call) noexcept {
  constexpr std::size_t needed = 4 * sizeof(Views<Tensor>);
  xphi_error *error = nullptr;
  const auto work = [&]() noexcept {
    error = toHandle([&] {
      const Kernel *kernel = kernelOf(handle);
      return kernel ? call(*kernel) : nullHandle("kernel");
    });
  };
  if (withLargeStack(needed, work))
    return error;
  return toHandle([] { return Status(Error("X2099", "there is no memory for a stack")); });
}

Status describe(const ConstTensor &view, const dlpack::Tensor &from, xphi_tensor *tensor) {
  if (Status good = view.check(); !good)
    return good;
  *tensor = {.data = const_cast<void *>(view.data()),
             .type = std::uint32_t(view.type()),
             .rank = std::uint32_t(view.rank()),
             .shape = from.shape,
             .strides = from.strides};
  return {};
}

} // namespace
} // namespace xphi

extern "C" {

uint32_t xphi_kernel_type(const xphi_kernel *handle, size_t index) {
  const xphi::Kernel *kernel = xphi::kernelOf(handle);
  return kernel ? uint32_t(kernel->type(index)) : XPHI_F32;
}

xphi_error *xphi_kernel_forward_tensors(const xphi_kernel *handle, const xphi_tensor *inputs,
                                        const xphi_tensor *y, const xphi_tensor *parameters) {
  return xphi::onTensors(handle, [&](const xphi::Kernel &kernel) {
    return xphi::forward(kernel, inputs, y, parameters);
  });
}

xphi_error *xphi_kernel_gradients_tensors(const xphi_kernel *handle, const xphi_tensor *inputs,
                                          const xphi_tensor *dy, const xphi_tensor *outputs,
                                          const xphi_tensor *parameters) {
  return xphi::onTensors(handle, [&](const xphi::Kernel &kernel) {
    return xphi::gradients(kernel, inputs, dy, outputs, parameters);
  });
}

xphi_error *xphi_tensor_from_dlpack(const void *given, xphi_tensor *tensor) {
  return xphi::toHandle([&] {
    if (!given || !tensor)
      return xphi::nullHandle("tensor");
    const auto &from = *static_cast<const xphi::dlpack::Tensor *>(given);
    return xphi::describe(xphi::constFromDLPack(from), from, tensor);
  });
}

xphi_error *xphi_tensor_from_dlpack_versioned(const void *given, int written, xphi_tensor *tensor) {
  return xphi::toHandle([&] {
    if (!given || !tensor)
      return xphi::nullHandle("tensor");
    const auto &from = *static_cast<const xphi::dlpack::ManagedTensorVersioned *>(given);
    const xphi::ConstTensor view = written ? xphi::fromDLPack(from) : xphi::constFromDLPack(from);
    return xphi::describe(view, from.dl_tensor, tensor);
  });
}

} // extern "C"
