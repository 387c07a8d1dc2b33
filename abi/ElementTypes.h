// Element types by name and by letter, and which one each array of a function has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/ElementType.hpp>

#include <optional>
#include <string>
#include <vector>

namespace xphi {

constexpr ElementType elementTypes[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction) ElementType::enumerator,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
};

/// In the signature of a loop.
constexpr char letterOf(ElementType type) {
  constexpr char letters[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction) letter,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return letters[std::size_t(type)];
}

/// Stored bits of the significand.
constexpr int fractionBits(ElementType type) {
  constexpr std::uint8_t bits[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction) fraction,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return bits[std::size_t(type)];
}

std::optional<ElementType> elementTypeOf(std::string_view name);
/// "f32, f64, ...", for messages.
std::string elementTypeNames();

/// What a function's arrays hold. The gradient of an input has the type of that input, and dy that
/// of the result; parameters and their gradients are f32.
struct ArrayTypes {
  std::vector<ElementType> inputs; ///< one each
  ElementType output = ElementType::F32;

  bool operator==(const ArrayTypes &) const = default;
  /// For names of C functions: "bf16" where all are, else "f32_bf16_to_bf16".
  std::string symbol() const;
  bool areAlike() const;
  /// "f32,bf16->bf16"
  std::string text() const;
  /// For people: "bf16" where all are, else text().
  std::string brief() const { return areAlike() ? std::string(nameOf(output)) : text(); }
  /// Nothing for what text() does not write.
  static std::optional<ArrayTypes> parse(std::string_view text);
};

} // namespace xphi
