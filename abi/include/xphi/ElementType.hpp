// What the elements of an array are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Export.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace xphi {

/// IEEE 754's binary64, binary32 and binary16; bfloat16, the upper half of a binary32; integers of
/// 8 bits; and OCP's 8-bit floats: E4M3, which has no infinities and 448 as its largest number, and
/// E5M2, the upper half of a binary16.
enum class ElementType : std::uint8_t {
#define XPHI_ELEMENT_TYPE(enumerator, ...) enumerator,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
};

/// Bytes of one element.
constexpr std::size_t sizeOf(ElementType type) noexcept {
  constexpr std::uint8_t sizes[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, ...) bytes,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return sizes[std::size_t(type)];
}

/// "f32", "bf16", ...
constexpr std::string_view nameOf(ElementType type) noexcept {
  constexpr std::string_view names[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, ...) name,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return names[std::size_t(type)];
}

} // namespace xphi
