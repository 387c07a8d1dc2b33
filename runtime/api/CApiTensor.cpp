// The C interface to calls on tensors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CApiHandles.h"
#include "abi/Artifact.h"
#include "abi/ElementTypes.h"

#include <xphi/DLPack.hpp>

#include <array>
#include <memory>
#include <type_traits>

#define XPHI_ELEMENT_TYPE(enumerator, ...)                                                         \
  static_assert(XPHI_##enumerator == static_cast<int>(xphi::ElementType::enumerator));
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE

namespace {

using namespace xphi::c;

xphi::Result<xphi::Tensor> toTensor(const xphi_tensor *pointer, const char *name) {
  if (!pointer)
    return isNull(name);
  const xphi_tensor given = read(pointer);
  if (given.rank != 0 && !given.shape)
    return isNull("shape of a tensor");
  if (given.type >= std::size(xphi::elementTypes))
    return xphi::Error("X2031", "the type of a tensor is one of those that xphi.h lists, XPHI_F32 "
                                "and others, not " +
                                    std::to_string(given.type));
  const auto type = static_cast<xphi::ElementType>(given.type);
  const std::span<const std::int64_t> shape(given.shape, given.rank);
  return given.strides
             ? xphi::Tensor::bits(given.data, type, shape,
                                  std::span<const std::int64_t>(given.strides, given.rank))
             : xphi::Tensor::bits(given.data, type, shape);
}

/// Kept on the stack, room for as many as a kernel may have. Only those that are given are made:
/// all of them would take longer than a short call.
template <typename Kind> struct Tensors {
  Tensors() {}
  static_assert(std::is_trivially_destructible_v<Kind>);
  union {
    std::array<Kind, xphi::maxOperands> each;
  };
  std::size_t count = 0;

  void add(const Kind &tensor) { std::construct_at(&each[count], tensor); }

  xphi::Status read(const xphi_tensor *const *given, std::size_t size, const char *name) {
    if (!given && size != 0)
      return isNull(name);
    for (count = 0; count != size; ++count) {
      const xphi::Result<xphi::Tensor> tensor = toTensor(given[count], name);
      if (!tensor)
        return tensor.error();
      add(*tensor);
    }
    return {};
  }
  std::span<const Kind> get() const { return {each.data(), count}; }
};

using Inputs = Tensors<xphi::ConstTensor>;

xphi::Status readParameters(Inputs &tensors, const xphi_tensor *const *given, std::size_t size) {
  for (; given && tensors.count != size; ++tensors.count) {
    if (!given[tensors.count]) {
      tensors.add({});
      continue;
    }
    const xphi::Result<xphi::Tensor> tensor = toTensor(given[tensors.count], "parameter");
    if (!tensor)
      return tensor.error();
    tensors.add(*tensor);
  }
  return {};
}

xphi::Status describe(const xphi::ConstTensor &view, const xphi::dlpack::Tensor &from,
                      xphi_tensor *tensor) {
  if (xphi::Status good = view.check(); !good)
    return good;
  write({.size = sizeof *tensor,
         .data = const_cast<void *>(view.data()),
         .type = std::uint32_t(view.type()),
         .rank = std::uint32_t(view.rank()),
         .shape = from.shape,
         .strides = from.strides},
        tensor);
  return {};
}

} // namespace

extern "C" {

xphi_error *xphi_kernel_forward_tensors(const xphi_kernel *handle, const xphi_tensor *const *inputs,
                                        const xphi_tensor *y,
                                        const xphi_tensor *const *parameters) {
  return attemptWith({{handle, "kernel"}, {y, "result"}}, [&]() -> xphi::Status {
    const xphi::Kernel &kernel = handle->kernel;
    Inputs in, values;
    if (xphi::Status done = in.read(inputs, kernel.inputs().size(), "input"); !done)
      return done;
    if (xphi::Status done = readParameters(values, parameters, kernel.parameters().size()); !done)
      return done;
    const xphi::Result<xphi::Tensor> out = toTensor(y, "result");
    return out ? kernel.forward(in.get(), *out, values.get()) : out.error();
  });
}

xphi_error *xphi_kernel_gradients_tensors(const xphi_kernel *handle,
                                          const xphi_tensor *const *inputs, const xphi_tensor *dy,
                                          const xphi_tensor *const *outputs,
                                          const xphi_tensor *const *parameters) {
  return attemptWith({{handle, "kernel"}, {dy, "gradient of the result"}}, [&]() -> xphi::Status {
    const xphi::Kernel &kernel = handle->kernel;
    const bool nothing = kernel.keep() == xphi::Keep::Nothing;
    Inputs in, values;
    Tensors<xphi::Tensor> out;
    if (xphi::Status done = in.read(inputs, nothing ? 0 : kernel.inputs().size(), "input"); !done)
      return done;
    if (xphi::Status done = out.read(outputs, kernel.gradientNames().size(), "gradient"); !done)
      return done;
    if (xphi::Status done = readParameters(values, parameters, kernel.parameters().size()); !done)
      return done;
    const xphi::Result<xphi::Tensor> given = toTensor(dy, "gradient of the result");
    return given ? kernel.gradients(in.get(), *given, out.get(), values.get()) : given.error();
  });
}

xphi_error *xphi_tensor_from_dlpack(const void *given, xphi_tensor *tensor) {
  return attemptWith({{given, "DLPack tensor"}, {tensor, "place for the tensor"}}, [&] {
    const auto &from = *static_cast<const xphi::dlpack::Tensor *>(given);
    return describe(xphi::constFromDLPack(from), from, tensor);
  });
}

xphi_error *xphi_tensor_from_dlpack_versioned(const void *given, int written, xphi_tensor *tensor) {
  return attemptWith({{given, "DLPack tensor"}, {tensor, "place for the tensor"}}, [&] {
    const auto &from = *static_cast<const xphi::dlpack::ManagedTensorVersioned *>(given);
    const xphi::ConstTensor view = written ? xphi::fromDLPack(from) : xphi::constFromDLPack(from);
    return describe(view, from.dl_tensor, tensor);
  });
}

} // extern "C"
