// Numbers as a kernel's array holds them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "StoredArray.h"

#include "abi/ElementValues.h"

#include <bit>
#include <cstring>

namespace xphi::command {

StoredArray::StoredArray(std::span<const float> numbers, ElementType type)
    : StoredArray(numbers.size(), type) {
  static_assert(std::endian::native == std::endian::little); // the low end comes first
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::uint64_t bits = type == ElementType::F32 ? std::bit_cast<std::uint32_t>(numbers[i])
                                                        : nearestElement(numbers[i], type);
    std::memcpy(&bytes[i * sizeOf(type)], &bits, sizeOf(type));
  }
}

std::vector<float> StoredArray::numbers() const {
  std::vector<float> result(size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &bytes[i * sizeOf(type)], sizeOf(type));
    result[i] = type == ElementType::F32 ? std::bit_cast<float>(std::uint32_t(bits))
                                         : float(valueOf(bits, type));
  }
  return result;
}

} // namespace xphi::command
