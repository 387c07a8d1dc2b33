// UTF-8: decoding, and how wide a character is on a terminal.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xphi::dsl {

struct DecodedCharacter {
  char32_t codePoint = 0;
  uint32_t bytes = 0; ///< 0: the text is not UTF-8 here
};

/// Decodes the first character of a non-empty text. Overlong forms, surrogates and values above
/// U+10FFFF are not UTF-8.
DecodedCharacter decodeUtf8(std::string_view text);

/// Characters that act on a terminal instead of being shown: the C0 and C1 controls, line breaks
/// and tabs included, and those that change the direction of the text around them.
bool isControl(char32_t codePoint);

/// The text as it may be shown on a terminal, whatever wrote it: control characters other than line
/// break and tab, and bytes that are not UTF-8, are spelled out, `\x1b` and `\u{202e}`.
std::string printable(std::string_view text);

/// Columns of a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji,
/// else 1.
uint32_t displayWidth(char32_t codePoint);
uint32_t displayWidth(std::string_view text);

} // namespace xphi::dsl
