// Numbers as a kernel's array holds them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "abi/ElementTypes.h"

#include <xphi/Tensor.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace xphi::command {

class StoredArray {
public:
  /// Zeros.
  StoredArray(std::size_t count, ElementType type) : type(type), bytes(count * sizeOf(type)) {}
  /// The elements nearest to these numbers.
  StoredArray(std::span<const float> numbers, ElementType type);

  std::size_t size() const { return bytes.size() / sizeOf(type); }
  /// Exact.
  std::vector<float> numbers() const;
  ConstTensor tensor(ConstTensor::Sizes shape) const {
    return ConstTensor::bits(bytes.data(), type, shape);
  }
  Tensor tensor(ConstTensor::Sizes shape) { return Tensor::bits(bytes.data(), type, shape); }

private:
  ElementType type;
  std::vector<std::uint8_t> bytes;
};

} // namespace xphi::command
