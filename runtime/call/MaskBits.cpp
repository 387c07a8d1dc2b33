// Eight elements of a mask at a time, in one 64-bit number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "MaskBits.h"

#include <bit>
#include <cstring>

namespace xphi {
namespace {

static_assert(std::endian::native == std::endian::little, "element i must be byte i of a number");

// Byte i is 0 or 1. The product has it at bit 8 * i + 7 * (8 - i) = 56 + i, and there nothing else:
// no two of its terms meet in one bit.
std::uint8_t packed(std::uint64_t elements) {
  return std::uint8_t((elements * 0x0102040810204080u) >> 56);
}

std::uint64_t unpacked(std::uint8_t bits) {
  const std::uint64_t oneEach = (bits * 0x0101010101010101u) & 0x8040201008040201u;
  return ((oneEach + 0x7f7f7f7f7f7f7f7fu) >> 7) & 0x0101010101010101u;
}

} // namespace

void packMask(const std::uint8_t *elements, std::size_t count, std::uint8_t *bits) {
  std::uint64_t eight;
  for (; count >= 8; count -= 8, elements += 8) {
    std::memcpy(&eight, elements, 8);
    *bits++ = packed(eight);
  }
  if (count != 0) {
    eight = 0;
    for (std::size_t i = 0; i != count; ++i)
      eight |= std::uint64_t(elements[i]) << 8 * i;
    *bits = packed(eight);
  }
}

void unpackMask(const std::uint8_t *bits, std::size_t count, std::uint8_t *elements) {
  std::uint64_t eight;
  for (; count >= 8; count -= 8, elements += 8) {
    eight = unpacked(*bits++);
    std::memcpy(elements, &eight, 8);
  }
  if (count != 0) {
    eight = unpacked(*bits);
    for (std::size_t i = 0; i != count; ++i)
      elements[i] = std::uint8_t(eight >> 8 * i);
  }
}

} // namespace xphi
