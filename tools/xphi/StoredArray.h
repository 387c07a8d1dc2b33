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
  StoredArray(std::size_t count, ElementType type) : type(type) { resize(count); }
  /// The elements nearest to these numbers.
  StoredArray(std::span<const double> numbers, ElementType type) : type(type) { store(numbers); }
  StoredArray(std::span<const float> numbers, ElementType type) : type(type) { store(numbers); }
  /// Elements, in this machine's byte order.
  StoredArray(std::string_view elements, ElementType type);

  std::size_t size() const { return count; }
  const std::uint8_t *data() const { return reinterpret_cast<const std::uint8_t *>(lines.data()); }
  ElementType elementType() const { return type; }
  /// Exact.
  std::vector<double> numbers() const;
  ConstTensor tensor(ConstTensor::Sizes shape) const {
    return ConstTensor::bits(data(), type, shape);
  }
  Tensor tensor(ConstTensor::Sizes shape) { return Tensor::bits(data(), type, shape); }

private:
  /// Arrays begin where a line does: `rep movsb`, which is the C library's memcpy, is 20 times as
  /// slow on Zen 3 where the result lies 16 bytes behind what is copied, as to pages.
  struct alignas(64) Line {
    std::uint8_t bytes[64];
  };

  std::uint8_t *data() { return reinterpret_cast<std::uint8_t *>(lines.data()); }
  void resize(std::size_t elements);
  template <typename Number> void store(std::span<const Number> numbers);

  ElementType type;
  std::size_t count = 0;
  std::vector<Line> lines;
};

} // namespace xphi::command
