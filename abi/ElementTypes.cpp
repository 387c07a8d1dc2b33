// Element types by name and by letter, and which one each array of a function has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ElementTypes.h"

#include <algorithm>

namespace xphi {

std::optional<ElementType> elementTypeOf(std::string_view name) {
  const auto *found =
      std::ranges::find(elementTypes, name, [](ElementType type) { return nameOf(type); });
  return found == std::ranges::end(elementTypes) ? std::nullopt : std::optional(*found);
}

std::string elementTypeNames() {
  std::string names;
  for (const ElementType type : elementTypes)
    names += (names.empty() ? "" : ", ") + std::string(nameOf(type));
  return names;
}

bool ArrayTypes::areAlike() const {
  return std::ranges::all_of(inputs, [&](ElementType each) { return each == output; });
}

std::string ArrayTypes::symbol() const {
  if (areAlike())
    return std::string(nameOf(output));
  std::string symbol;
  for (const ElementType type : inputs)
    symbol += std::string(nameOf(type)) + "_";
  return symbol + "to_" + std::string(nameOf(output));
}

std::string ArrayTypes::text() const {
  std::string text;
  for (const ElementType type : inputs)
    text += (text.empty() ? "" : ",") + std::string(nameOf(type));
  return text + "->" + std::string(nameOf(output));
}

std::optional<ArrayTypes> ArrayTypes::parse(std::string_view text) {
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos)
    return std::nullopt;
  ArrayTypes types;
  const std::optional<ElementType> output = elementTypeOf(text.substr(arrow + 2));
  if (!output)
    return std::nullopt;
  types.output = *output;
  for (std::string_view rest = text.substr(0, arrow); !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::optional<ElementType> type = elementTypeOf(rest.substr(0, end));
    if (!type)
      return std::nullopt;
    types.inputs.push_back(*type);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return types;
}

} // namespace xphi
