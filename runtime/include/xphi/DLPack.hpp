// Tensors from and to DLPack, the protocol by which array libraries of one process share memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layouts below are those of DLPack 1.x. The functions take these and those of the host's own
// dlpack.h alike: what they need is the names of the fields.
#pragma once

#include <xphi/Tensor.hpp>

#include <concepts>
#include <cstdint>
#include <new>
#include <optional>

namespace xphi {

namespace dlpack {

struct Device {
  std::int32_t device_type; ///< 1: memory of the host; 3: the same, pinned for CUDA
  std::int32_t device_id;
};
struct DataType {
  std::uint8_t code; ///< 0, 1: integers with and without sign; 2: IEEE 754; 4: bfloat; 10, 12: FP8
  std::uint8_t bits;
  std::uint16_t lanes;
};
struct Tensor {
  void *data;
  Device device;
  std::int32_t ndim;
  DataType dtype;
  std::int64_t *shape;
  std::int64_t *strides; ///< null: the last dimension is contiguous
  std::uint64_t byte_offset;
};
struct ManagedTensor {
  Tensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(ManagedTensor *self);
};
struct Version {
  std::uint32_t major, minor;
};
struct ManagedTensorVersioned {
  Version version;
  void *manager_ctx;
  void (*deleter)(ManagedTensorVersioned *self);
  std::uint64_t flags; ///< bit 0: read only
  Tensor dl_tensor;
};

constexpr std::uint32_t majorVersion = 1;
constexpr std::int32_t hostMemory = 1, pinnedMemory = 3;
constexpr std::uint64_t readOnlyFlag = 1;

constexpr std::uint8_t codeOf(ElementType type) noexcept {
  constexpr std::uint8_t codes[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction, format, dlpack, ...) dlpack,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return codes[std::size_t(type)];
}

/// Nothing for types that xphi lacks.
constexpr std::optional<ElementType> typeOf(std::uint8_t code, std::size_t bits) noexcept {
  constexpr ElementType types[] = {
#define XPHI_ELEMENT_TYPE(enumerator, ...) ElementType::enumerator,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  for (const ElementType type : types)
    if (codeOf(type) == code && 8 * sizeOf(type) == bits)
      return type;
  return std::nullopt;
}

} // namespace dlpack

template <typename T>
concept DLPackTensor = requires(const T &tensor) {
  tensor.data, tensor.device.device_type, tensor.ndim, tensor.byte_offset;
  tensor.dtype.code, tensor.dtype.bits, tensor.dtype.lanes;
  { tensor.shape } -> std::convertible_to<const std::int64_t *>;
  { tensor.strides } -> std::convertible_to<const std::int64_t *>;
};
template <typename T>
concept DLPackManaged = requires(T tensor) {
  { tensor.dl_tensor } -> DLPackTensor;
  tensor.manager_ctx;
  tensor.deleter(&tensor);
};
template <typename T>
concept DLPackVersioned =
    DLPackManaged<T> && requires(const T &tensor) { tensor.version.major, tensor.flags; };

/// How a view of DLPack's becomes one of ours.
struct DLPackReader {
  template <typename View, DLPackTensor T> static View read(const T &tensor) noexcept {
    const std::optional<ElementType> known =
        dlpack::typeOf(std::uint8_t(tensor.dtype.code), tensor.dtype.bits);
    const ElementType type = known.value_or(ElementType::F32);
    auto *bytes = static_cast<unsigned char *>(tensor.data);
    void *data = bytes ? bytes + tensor.byte_offset : nullptr;
    const auto rank = std::size_t(tensor.ndim < 0 ? ConstTensor::maxRank + 1 : tensor.ndim);
    const ConstTensor::Sizes shape(tensor.shape, rank), strides(tensor.strides, rank);
    View view =
        tensor.strides ? View::bits(data, type, shape, strides) : View::bits(data, type, shape);
    if (!known || tensor.dtype.lanes != 1)
      view.fail(ConstTensor::Fault::Type);
    if (tensor.device.device_type != dlpack::hostMemory &&
        tensor.device.device_type != dlpack::pinnedMemory)
      view.fail(ConstTensor::Fault::Device);
    return view;
  }
  /// Of another major version nothing may be read.
  template <typename View, DLPackManaged T>
  static View managed(const T &tensor, [[maybe_unused]] bool written) noexcept {
    if constexpr (DLPackVersioned<T>) {
      View refused;
      refused.fail(ConstTensor::Fault::Version);
      if (tensor.version.major != dlpack::majorVersion)
        return refused;
      refused.fail(ConstTensor::Fault::ReadOnly);
      if (written && (tensor.flags & dlpack::readOnlyFlag) != 0)
        return refused;
    }
    return read<View>(tensor.dl_tensor);
  }
};

/// A view of the same memory, which stays DLPack's: call the deleter when no view is used any more.
/// check() of the result has X2034 for memory of a device, a read-only tensor that would be
/// written, and a version of DLPack other than 1; X2031 for types that xphi lacks.
template <DLPackTensor T> [[nodiscard]] ConstTensor constFromDLPack(const T &tensor) noexcept {
  return DLPackReader::read<ConstTensor>(tensor);
}
template <DLPackTensor T> [[nodiscard]] Tensor fromDLPack(const T &tensor) noexcept {
  return DLPackReader::read<Tensor>(tensor);
}
template <DLPackManaged T> [[nodiscard]] ConstTensor constFromDLPack(const T &tensor) noexcept {
  return DLPackReader::managed<ConstTensor>(tensor, false);
}
template <DLPackManaged T> [[nodiscard]] Tensor fromDLPack(const T &tensor) noexcept {
  return DLPackReader::managed<Tensor>(tensor, true);
}

/// What a managed tensor of DLPack's keeps until its deleter is called.
template <DLPackManaged Managed> struct DLPackHolder {
  Managed managed = {};
  std::int64_t shape[ConstTensor::maxRank] = {}, strides[ConstTensor::maxRank] = {};
  void *owner;
  void (*release)(void *owner);

  static void destroy(Managed *managed) {
    auto *self = static_cast<DLPackHolder *>(managed->manager_ctx);
    if (self->release)
      self->release(self->owner);
    delete self;
  }
};

/// A view for another library: toDLPack<DLManagedTensorVersioned>(...). Its deleter calls
/// `release(owner)`, if that is given, with what keeps the memory alive. Null, and nothing is
/// released, where there is no memory or check() finds something wrong.
template <DLPackManaged Managed>
[[nodiscard]] Managed *toDLPack(const Tensor &tensor, void *owner,
                                void (*release)(void *owner)) noexcept {
  if (!tensor.check())
    return nullptr;
  auto *holder = new (std::nothrow) DLPackHolder<Managed>{.owner = owner, .release = release};
  if (!holder)
    return nullptr;
  for (std::size_t i = 0; i != tensor.rank(); ++i) {
    holder->shape[i] = tensor.shape()[i];
    holder->strides[i] = tensor.strides()[i];
  }
  Managed &managed = holder->managed;
  if constexpr (DLPackVersioned<Managed>) {
    managed.version.major = dlpack::majorVersion;
    managed.version.minor = 1; // has the codes of 8-bit floats
  }
  managed.manager_ctx = holder;
  managed.deleter = &DLPackHolder<Managed>::destroy;
  auto &view = managed.dl_tensor;
  view.data = tensor.data();
  view.device.device_type = decltype(view.device.device_type)(dlpack::hostMemory);
  view.ndim = std::int32_t(tensor.rank());
  view.dtype.code = dlpack::codeOf(tensor.type());
  view.dtype.bits = std::uint8_t(8 * sizeOf(tensor.type()));
  view.dtype.lanes = 1;
  view.shape = holder->shape;
  view.strides = holder->strides;
  return &managed;
}

} // namespace xphi
