// Element types by name and by letter, and which one each array of a function has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/ElementType.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {

constexpr ElementType elementTypes[] = {
#define XPHI_ELEMENT_TYPE(enumerator, ...) ElementType::enumerator,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
};

/// In the signature of a loop.
constexpr char letterOf(ElementType type) {
  constexpr char letters[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, ...) letter,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return letters[std::size_t(type)];
}

/// Stored bits of the significand.
constexpr int fractionBits(ElementType type) {
  constexpr std::uint8_t bits[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction, ...) fraction,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return bits[std::size_t(type)];
}

enum class ElementFormat : std::uint8_t {
  Ieee,       ///< as IEEE 754's interchange formats; what is too large is infinite
  Saturating, ///< the same bits; what is too large, infinities too, becomes the largest number
  NoInfinity, ///< the same, but all exponents are numbers', and only all ones are NaN
  Integer,    ///< NaN becomes 0, and what is too large the largest or the smallest number
};

constexpr ElementFormat formatOf(ElementType type) {
  constexpr ElementFormat formats[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction, format, ...)                  \
  ElementFormat::format,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return formats[std::size_t(type)];
}

constexpr bool isInteger(ElementType type) { return formatOf(type) == ElementFormat::Integer; }
/// What is too large becomes the largest number, not infinite.
constexpr bool saturates(ElementType type) { return formatOf(type) != ElementFormat::Ieee; }

/// Bits of the exponent, of a type of floating point.
constexpr int exponentBits(ElementType type) {
  return int(8 * sizeOf(type)) - 1 - fractionBits(type);
}
/// What an exponent of 0 is stored as.
constexpr int exponentBias(ElementType type) { return (1 << (exponentBits(type) - 1)) - 1; }

/// The gradient of an array has the array's own type; of integers, which would lose it, f32.
constexpr ElementType gradientType(ElementType type) {
  return isInteger(type) ? ElementType::F32 : type;
}

/// How one element is declared in C.
constexpr std::string_view cTypeOf(ElementType type) {
  constexpr std::string_view types[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction, format, dlpack, numpy, c,     \
                          about)                                                                   \
  c,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return types[std::size_t(type)];
}

/// "IEEE 754 binary16"
constexpr std::string_view aboutOf(ElementType type) {
  constexpr std::string_view texts[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction, format, dlpack, numpy, c,     \
                          about)                                                                   \
  about,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return texts[std::size_t(type)];
}

/// "f4": kind and bytes, as .npy files have them. "V2": bits that NumPy has no type for.
constexpr std::string_view numpyOf(ElementType type) {
  constexpr std::string_view kinds[] = {
#define XPHI_ELEMENT_TYPE(enumerator, name, bytes, letter, fraction, format, dlpack, numpy, ...)   \
  numpy,
#include <xphi/ElementTypes.def>
#undef XPHI_ELEMENT_TYPE
  };
  return kinds[std::size_t(type)];
}

std::optional<ElementType> elementTypeOf(std::string_view name);
/// "f32, f64, ...", for messages.
std::string elementTypeNames();

/// What a function's arrays hold. The gradient of an input has gradientType() of the input's, and
/// dy that of the result's; parameters and their gradients are f32.
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
