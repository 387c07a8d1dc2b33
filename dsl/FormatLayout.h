// Layout of formatted text: groups of words that stay on one line if they fit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// After Wadler's "prettier printer": a group is printed on one line, or all of its own breaks
// become line breaks. A comment has nothing behind it on its line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::dsl {

struct Comment {
  std::string_view text;
  bool ownLine = false;     ///< else behind the word, on its line
  bool blankBefore = false; ///< an empty line precedes it
};

struct Layout {
  enum class Kind : uint8_t {
    Word,  ///< text and its comments
    Space, ///< one space that never breaks
    Break, ///< a line break in a broken group, else `text` (a space, or nothing)
    Group, ///< parts, further in by `indent`
  };
  Kind kind = Kind::Group;
  std::string_view text;
  std::vector<Comment> before, behind;
  std::vector<Layout> parts;
  uint32_t indent = 0;
  bool aligned = false;  ///< the indent counts from where the group begins, not from the line's
  bool endsLine = false; ///< a comment is the last of it
  uint32_t width = 0;    ///< on one line; more than any line if that cannot be

  static Layout word(std::string_view text);
  static Layout space();
  static Layout softBreak(std::string_view text = " ");
  static Layout group(uint32_t indent = 0);
  /// Adds a part to a group.
  Layout &add(Layout part);
};

/// Columns of a line.
inline constexpr uint32_t kLineWidth = 100;

/// Prints layouts below each other.
class LayoutPrinter {
public:
  void startLine(uint32_t indent);
  void emptyLine();
  void comment(const Comment &comment, uint32_t indent);
  void print(const Layout &layout, uint32_t indent) { print(layout, indent, false, 0); }
  std::string finish();

private:
  void print(const Layout &layout, uint32_t indent, bool flat, uint32_t tail);
  void word(const Layout &layout, uint32_t indent);
  void write(std::string_view written);

  std::string text;
  uint32_t column = 0;
  bool spacePending = false;
  bool lineEnded = false; ///< by a comment: the next word starts a line
};

} // namespace xphi::dsl
