// The letter that an operand of a kernel has in texts that list them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ElementTypes.h"

namespace xphi {

/// What an operand of a loop is, beside arrays, which have the letter of their element type.
enum OperandKind : char {
  ByteArray = 'b',   ///< bytes, 0 or 1
  FloatScalar = 's', ///< one f32
  IndexScalar = 'n', ///< the index of the element, of 64 bits; of a vector that of its first
};

/// What an array holds; nothing for one of bytes.
constexpr std::optional<ElementType> typeOf(char kind) {
  for (ElementType type : elementTypes)
    if (letterOf(type) == kind)
      return type;
  return std::nullopt;
}

static_assert(!typeOf(ByteArray) && !typeOf(FloatScalar) && !typeOf(IndexScalar),
              "a letter stands for one kind of operand");

/// Bytes of an array's element.
constexpr unsigned bytesOf(char kind) {
  const std::optional<ElementType> type = typeOf(kind);
  return type ? unsigned(sizeOf(*type)) : 1;
}

/// Whether there is an array of f64 among these.
constexpr bool hasDoubles(std::string_view kinds) {
  return kinds.find(letterOf(ElementType::F64)) != kinds.npos;
}

/// How many elements the body of a loop over these arrays takes at once, where a vector of the
/// machine has so many f32: half as many of f64; twice as many of bf16 or of f16, as many as lie in
/// a vector. What is indexed goes vector by vector.
constexpr unsigned lanesOf(unsigned floats, std::string_view arrays, bool indexed) {
  constexpr unsigned leastOfPairs = 8;
  if (floats > 1 && hasDoubles(arrays))
    return floats / 2;
  const auto areAll = [&](ElementType type) {
    return arrays.find_first_not_of(letterOf(type)) == arrays.npos;
  };
  const bool arePairs =
      floats >= leastOfPairs && !indexed && (areAll(ElementType::BF16) || areAll(ElementType::F16));
  return arePairs ? 2 * floats : floats;
}

} // namespace xphi
