// Source text: the bytes a program is written in, and positions inside them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Positions are byte offsets. Lines and columns exist only in messages: SourceText::locate turns an
// offset into them on demand, so nothing else has to carry them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xphi::dsl {

/// Half-open range of bytes [begin, end) of a source text.
struct SourceRange {
  uint32_t begin = 0;
  uint32_t end = 0;

  friend bool operator==(const SourceRange &, const SourceRange &) = default;
};

/// The smallest range that covers both.
SourceRange join(SourceRange a, SourceRange b);

/// Where a message points: line and column count from 1, columns in characters, not bytes.
struct SourceLocation {
  uint32_t line = 1;
  uint32_t column = 1;
  std::string_view lineText; ///< the whole line, without its line ending
  uint32_t lineBegin = 0;    ///< byte offset of the line
};

/// A text together with the name it goes by in messages: a file's path or `<expression>`.
struct SourceText {
  std::string name;
  std::string text;

  std::string_view slice(SourceRange range) const;
  SourceLocation locate(uint32_t offset) const;
};

} // namespace xphi::dsl
