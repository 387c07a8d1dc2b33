// Numbers as a kernel's array holds them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "StoredArray.h"

#include "abi/ElementValues.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace xphi::command {

static_assert(std::endian::native == std::endian::little); // the low end comes first

void StoredArray::resize(std::size_t elements) {
  count = elements;
  lines.resize((elements * sizeOf(type) + sizeof(Line) - 1) / sizeof(Line));
}

StoredArray::StoredArray(std::string_view elements, ElementType type) : type(type) {
  resize(elements.size() / sizeOf(type));
  std::ranges::copy(elements.substr(0, count * sizeOf(type)), data());
}

template <typename Number> void StoredArray::store(std::span<const Number> numbers) {
  resize(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    std::uint64_t bits;
    if (type == ElementType::F64)
      bits = std::bit_cast<std::uint64_t>(double(numbers[i]));
    else if (type == ElementType::F32)
      bits = std::bit_cast<std::uint32_t>(float(numbers[i]));
    else
      bits = nearestElement(numbers[i], type);
    std::memcpy(data() + i * sizeOf(type), &bits, sizeOf(type));
  }
}

template void StoredArray::store(std::span<const float> numbers);
template void StoredArray::store(std::span<const double> numbers);

std::vector<double> StoredArray::numbers() const {
  std::vector<double> result(size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, data() + i * sizeOf(type), sizeOf(type));
    if (type == ElementType::F64)
      result[i] = std::bit_cast<double>(bits);
    else if (type == ElementType::F32)
      result[i] = std::bit_cast<float>(std::uint32_t(bits));
    else
      result[i] = valueOf(bits, type);
  }
  return result;
}

} // namespace xphi::command
