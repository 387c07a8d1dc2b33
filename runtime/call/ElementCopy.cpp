// Rows of elements of every size, and the 16-bit formats by their bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ElementCopy.h"

#include "StridedLoop.h"
#include "abi/ElementValues.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace xphi {
namespace {

template <typename Word> Word load(const std::byte *from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}
template <typename Word> void store(std::byte *into, Word word) {
  std::memcpy(into, &word, sizeof word);
}

template <typename Word>
void gatherRow(std::byte *tile, const std::byte *array, std::int64_t stride, std::size_t count) {
  if (stride == sizeof(Word)) {
    std::memcpy(tile, array, count * sizeof(Word));
    return;
  }
  if (stride == 0) {
    const Word word = load<Word>(array);
    for (std::size_t i = 0; i != count; ++i)
      store(tile + i * sizeof(Word), word);
    return;
  }
  for (std::size_t i = 0; i != count; ++i, array += stride)
    store(tile + i * sizeof(Word), load<Word>(array));
}

template <typename Word>
void scatterRow(std::byte *array, const std::byte *tile, std::int64_t stride, std::size_t count) {
  if (stride == sizeof(Word)) {
    std::memcpy(array, tile, count * sizeof(Word));
    return;
  }
  for (std::size_t i = 0; i != count; ++i, array += stride)
    store(array, load<Word>(tile + i * sizeof(Word)));
}

/// Calls row(offset in the array, number of the row) for each row.
template <typename Row> void forEachRow(const TileView &view, Row row) {
  std::int64_t indices[LoopOperand::maxRank] = {};
  std::int64_t offset = 0;
  for (std::size_t number = 0;; ++number) {
    row(offset, number);
    std::size_t i = 1;
    for (; i < view.rank; ++i) {
      offset += view.strides[i];
      if (++indices[i] != view.extents[i])
        break;
      offset -= view.strides[i] * view.extents[i];
      indices[i] = 0;
    }
    if (i >= view.rank)
      return;
  }
}

std::uint16_t halfOf(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) // a NaN: quiet, with what fits of its payload
    return std::uint16_t(sign | 0x7e00 | (magnitude >> 13 & 0x3ff));
  if (magnitude >= 0x47800000) // 2^16 and beyond
    return std::uint16_t(sign | 0x7c00);
  if (magnitude < 0x38800000) { // below 2^-14: a multiple of 2^-24, found by adding 2^-1 in a float
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return std::uint16_t(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000));
  }
  const std::uint32_t even = magnitude >> 13 & 1;
  return std::uint16_t(sign | ((magnitude - 0x38000000 + 0xfff + even) >> 13));
}

std::uint16_t bfloatOf(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffff) > 0x7f800000)
    return std::uint16_t(bits >> 16 | 0x40);
  return std::uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// Nearest in direction of odd bits: what is rounded again to fewer bits comes out as if at once.
float roundedToOdd(double value) {
  const auto nearest = float(value);
  if (double(nearest) == value || std::isnan(value) || std::isinf(nearest))
    return nearest;
  auto bits = std::bit_cast<std::uint32_t>(nearest);
  if ((bits & 1) == 0)
    bits += std::abs(double(nearest)) < std::abs(value) ? 1 : -1;
  return std::bit_cast<float>(bits);
}

} // namespace

void gather(void *tile, const void *array, const TileView &view, std::size_t bytesOfElement) {
  auto *into = static_cast<std::byte *>(tile);
  const auto *from = static_cast<const std::byte *>(array);
  const auto length = std::size_t(view.extents[0]);
  forEachRow(view, [&](std::int64_t offset, std::size_t row) {
    std::byte *start = into + row * length * bytesOfElement;
    if (bytesOfElement == 1)
      gatherRow<std::uint8_t>(start, from + offset, view.strides[0], length);
    else if (bytesOfElement == 2)
      gatherRow<std::uint16_t>(start, from + offset, view.strides[0], length);
    else if (bytesOfElement == 4)
      gatherRow<std::uint32_t>(start, from + offset, view.strides[0], length);
    else
      gatherRow<std::uint64_t>(start, from + offset, view.strides[0], length);
  });
}

void scatter(void *array, const void *tile, const TileView &view, std::size_t bytesOfElement) {
  auto *into = static_cast<std::byte *>(array);
  const auto *from = static_cast<const std::byte *>(tile);
  const auto length = std::size_t(view.extents[0]);
  forEachRow(view, [&](std::int64_t offset, std::size_t row) {
    const std::byte *start = from + row * length * bytesOfElement;
    if (bytesOfElement == 1)
      scatterRow<std::uint8_t>(into + offset, start, view.strides[0], length);
    else if (bytesOfElement == 2)
      scatterRow<std::uint16_t>(into + offset, start, view.strides[0], length);
    else if (bytesOfElement == 4)
      scatterRow<std::uint32_t>(into + offset, start, view.strides[0], length);
    else
      scatterRow<std::uint64_t>(into + offset, start, view.strides[0], length);
  });
}

void storeRounded(void *element, ElementType type, double value) {
  auto *into = static_cast<std::byte *>(element);
  switch (type) {
  case ElementType::F64:
    return store(into, value);
  case ElementType::F32:
    return store(into, float(value));
  case ElementType::F16:
    return store(into, halfOf(roundedToOdd(value)));
  case ElementType::BF16:
    return store(into, bfloatOf(roundedToOdd(value)));
  default:
    return store(into, std::uint8_t(nearestElement(value, type)));
  }
}

} // namespace xphi
