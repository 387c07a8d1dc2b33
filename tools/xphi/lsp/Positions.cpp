// Bytes of UTF-8, units of UTF-16.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lsp/Positions.h"

#include "dsl/Utf8.h"

#include <algorithm>

namespace xphi::command::lsp {
namespace {

/// Past the ending of the line that `from` is in; npos in the last one.
std::size_t nextLine(std::string_view text, std::size_t from) {
  const std::size_t end = text.find_first_of("\r\n", from);
  if (end == std::string_view::npos)
    return end;
  return end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
}

struct Character {
  std::size_t bytes, units;
};

/// A byte that is no UTF-8 counts as the one character that it is shown as.
Character firstOf(std::string_view text) {
  const dsl::DecodedCharacter decoded = dsl::decodeUtf8(text);
  return {std::max<std::size_t>(decoded.bytes, 1), decoded.codePoint > 0xffff ? 2u : 1u};
}

} // namespace

Json positionOf(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  std::size_t line = 0, begin = 0;
  for (std::size_t next; (next = nextLine(text, begin)) <= offset; ++line)
    begin = next;
  std::size_t units = 0;
  for (std::size_t at = begin; at < offset;) {
    const Character here = firstOf(text.substr(at));
    at += here.bytes;
    units += here.units;
  }
  return {{"line", line}, {"character", units}};
}

Json rangeOf(std::string_view text, dsl::SourceRange range) {
  return {{"start", positionOf(text, range.begin)}, {"end", positionOf(text, range.end)}};
}

std::size_t offsetOf(std::string_view text, const Json &position) {
  const auto line = position.at("line").get<std::uint64_t>(),
             wanted = position.at("character").get<std::uint64_t>();
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < line; ++i) {
    const std::size_t next = nextLine(text, at);
    if (next == std::string_view::npos)
      return text.size();
    at = next;
  }
  for (std::uint64_t units = 0;
       at < text.size() && text[at] != '\n' && text[at] != '\r' && units < wanted;) {
    const Character here = firstOf(text.substr(at));
    units += here.units;
    if (units > wanted)
      break; // in the middle of a pair
    at += here.bytes;
  }
  return at;
}

} // namespace xphi::command::lsp
