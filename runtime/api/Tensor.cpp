// A view is made, and what is wrong with it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/ElementTypes.h"

#include <xphi/Tensor.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace xphi {
namespace {

/// More than any address space has, and so little that distances of two tensors can be added up.
constexpr std::int64_t mostBytes = INT64_MAX / 8;

} // namespace

ConstTensor::ConstTensor(const void *data, ElementType type, Sizes shape,
                         const Sizes *strides) noexcept
    : first(const_cast<void *>(data)), elements(type) {
  dimensions = std::uint8_t(std::min(shape.size(), maxRank));
  if (const Fault found = read(shape, strides); found != Fault::None)
    fail(found);
}

ConstTensor::Fault ConstTensor::read(Sizes shape, const Sizes *strides) noexcept {
  if (shape.size() > maxRank)
    return Fault::Rank;
  if (strides && strides->size() != shape.size())
    return Fault::StrideCount;
  std::copy(shape.begin(), shape.end(), extents);
  if (std::ranges::any_of(shape, [](std::int64_t extent) { return extent < 0; }))
    return Fault::Extent;

  // The count, and the bytes between the first and the last element, also where an extent is 0.
  const auto bytes = std::int64_t(sizeOf(elements));
  std::int64_t product = 1, reach = bytes;
  bool empty = false;
  for (std::size_t i = dimensions; i-- != 0;) {
    const std::int64_t extent = std::max<std::int64_t>(extents[i], 1);
    empty = empty || extents[i] == 0;
    steps[i] = strides ? (*strides)[i] : product;
    std::int64_t distance;
    if (__builtin_mul_overflow(product, extent, &product) || steps[i] == INT64_MIN ||
        __builtin_mul_overflow(std::abs(steps[i]), bytes, &distance) ||
        __builtin_mul_overflow(distance, extent - 1, &distance) ||
        __builtin_add_overflow(reach, distance, &reach) || reach > mostBytes)
      return Fault::Overflow;
  }
  count = empty ? 0 : product;
  return Fault::None;
}

Status ConstTensor::check() const {
  switch (fault) {
  case Fault::None:
    return {};
  case Fault::Rank:
    return Error("X2034", "a tensor has at most " + std::to_string(maxRank) +
                              " dimensions: merge some that lie one behind the other");
  case Fault::Extent: {
    const auto bad = std::ranges::find_if(shape(), [](std::int64_t each) { return each < 0; });
    return Error("X2034", "dimension " + std::to_string(bad - shape().begin()) +
                              " of the tensor has the extent " + std::to_string(*bad));
  }
  case Fault::StrideCount:
    return Error("X2034",
                 "a tensor has one stride for each of its " + std::to_string(rank()) + " extents");
  case Fault::Overflow:
    return Error("X2034", "the tensor's extents and strides do not fit in the address space");
  case Fault::Order:
    return Error("X2034", "the order of a tensor's dimensions names each of them once");
  case Fault::Type:
    return Error("X2031", "the DLPack tensor's elements are none of xphi's types: convert them to "
                          "one of " +
                              elementTypeNames());
  case Fault::Device:
    return Error("X2034", "the DLPack tensor is not in the host's memory: copy it there");
  case Fault::ReadOnly:
    return Error("X2034", "the DLPack tensor is read only and would be written: take it with "
                          "constFromDLPack, or copy it");
  case Fault::Version:
    return Error("X2034", "the tensor is of another version of DLPack than 1");
  }
  return {};
}

ConstTensor ConstTensor::permuted(std::span<const std::size_t> order) const noexcept {
  ConstTensor result = *this;
  if (fault != Fault::None)
    return result;
  bool used[maxRank] = {};
  bool good = order.size() == rank();
  for (std::size_t i = 0; good && i != rank(); ++i) {
    good = order[i] < rank() && !used[order[i]];
    if (!good)
      break;
    used[order[i]] = true;
    result.extents[i] = extents[order[i]];
    result.steps[i] = steps[order[i]];
  }
  if (!good)
    result.fail(Fault::Order);
  return result;
}

} // namespace xphi
