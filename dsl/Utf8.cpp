// UTF-8 decoding and display widths.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Utf8.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace xphi::dsl {

DecodedCharacter decodeUtf8(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char first = byte(0);
  if (first < 0x80)
    return {first, 1};
  uint32_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes)
    return {};
  char32_t codePoint = first & (0x7fu >> bytes);
  for (uint32_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80)
      return {};
    codePoint = codePoint << 6 | (byte(i) & 0x3fu);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (codePoint < smallest[bytes] || codePoint > 0x10ffff || surrogate)
    return {};
  return {codePoint, bytes};
}

bool isControl(char32_t codePoint) {
  return codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0) ||
         (codePoint >= 0x202a && codePoint <= 0x202e) ||
         (codePoint >= 0x2066 && codePoint <= 0x2069);
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    DecodedCharacter character = decodeUtf8(text);
    uint32_t bytes = std::max(character.bytes, 1u);
    bool isLayout = text[0] == '\n' || text[0] == '\t';
    char spelled[16];
    if (character.bytes != 0 && (isLayout || !isControl(character.codePoint)))
      shown += text.substr(0, bytes);
    else if (bytes == 1 && std::snprintf(spelled, sizeof spelled, "\\x%02x",
                                         static_cast<unsigned char>(text[0])) > 0)
      shown += spelled;
    else if (std::snprintf(spelled, sizeof spelled, "\\u{%x}",
                           static_cast<unsigned>(character.codePoint)) > 0)
      shown += spelled;
    text.remove_prefix(bytes);
  }
  return shown;
}

uint32_t displayWidth(char32_t codePoint) {
  struct Range {
    char32_t first, last;
  };
  constexpr Range zero[] = {{0x0300, 0x036f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},
                            {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
  constexpr Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
                            {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                            {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                            {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};
  auto contains = [codePoint](const auto &ranges) {
    return std::any_of(std::begin(ranges), std::end(ranges), [codePoint](const Range &range) {
      return range.first <= codePoint && codePoint <= range.last;
    });
  };
  if (codePoint < 0x300)
    return 1;
  return contains(zero) ? 0 : contains(wide) ? 2 : 1;
}

uint32_t displayWidth(std::string_view text) {
  uint32_t width = 0;
  while (!text.empty()) {
    DecodedCharacter character = decodeUtf8(text);
    width += displayWidth(character.codePoint);
    text.remove_prefix(std::max(character.bytes, 1u));
  }
  return width;
}

} // namespace xphi::dsl
