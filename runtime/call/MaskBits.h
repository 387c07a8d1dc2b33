// A mask between the kernel's form, bytes of 0 or 1, and the caller's, eight to the byte.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

namespace xphi {

constexpr std::size_t maskBytes(std::size_t elements) { return elements / 8 + (elements % 8 != 0); }

/// Element i becomes bit i % 8 of bits[i / 8]; bits after the last element are 0.
void packMask(const std::uint8_t *elements, std::size_t count, std::uint8_t *bits);
void unpackMask(const std::uint8_t *bits, std::size_t count, std::uint8_t *elements);

} // namespace xphi
