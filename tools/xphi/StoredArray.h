// Numbers as a kernel's array holds them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "abi/ElementTypes.h"

#include <xphi/Tensor.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace xphi::command {

class StoredArray {
public:
  /// Zeros.
  StoredArray(std::size_t count, ElementType type) : type(type), bytes(count * sizeOf(type)) {}
  /// The elements nearest to these numbers.
  StoredArray(std::span<const double> numbers, ElementType type) { store(numbers, type); }
  StoredArray(std::span<const float> numbers, ElementType type) { store(numbers, type); }
  /// Elements, in this machine's byte order.
  StoredArray(std::string_view elements, ElementType type)
      : type(type), bytes(elements.begin(), elements.end()) {}

  std::size_t size() const { return bytes.size() / sizeOf(type); }
  const std::uint8_t *data() const { return bytes.data(); }
  ElementType elementType() const { return type; }
  /// Exact.
  std::vector<double> numbers() const;
  ConstTensor tensor(ConstTensor::Sizes shape) const {
    return ConstTensor::bits(bytes.data(), type, shape);
  }
  Tensor tensor(ConstTensor::Sizes shape) { return Tensor::bits(bytes.data(), type, shape); }

private:
  template <typename Number> void store(std::span<const Number> numbers, ElementType as);

  ElementType type;
  std::vector<std::uint8_t> bytes;
};

} // namespace xphi::command
