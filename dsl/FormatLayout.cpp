// Fitting groups to lines.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/FormatLayout.h"

#include "dsl/Utf8.h"

#include <algorithm>

namespace xphi::dsl {
namespace {

constexpr uint32_t kNever = kLineWidth + 1;

} // namespace

Layout Layout::word(std::string_view text) {
  return {.kind = Kind::Word, .text = text, .width = std::min(displayWidth(text), kNever)};
}

Layout Layout::space() { return {.kind = Kind::Space, .width = 1}; }

Layout Layout::softBreak(std::string_view text) {
  return {.kind = Kind::Break, .text = text, .width = static_cast<uint32_t>(text.size())};
}

Layout Layout::group(uint32_t indent) { return {.kind = Kind::Group, .indent = indent}; }

Layout &Layout::add(Layout part) {
  if (!part.before.empty() || endsLine)
    part.width = kNever;
  endsLine = part.endsLine || !part.behind.empty();
  width = std::min(width + part.width, kNever);
  parts.push_back(std::move(part));
  return *this;
}

void LayoutPrinter::startLine(uint32_t indent) {
  spacePending = false;
  lineEnded = false;
  text.erase(text.find_last_not_of(' ') + 1);
  if (!text.empty() && !text.ends_with('\n'))
    text += '\n';
  text.append(indent, ' ');
  column = indent;
}

void LayoutPrinter::emptyLine() {
  startLine(0);
  if (!text.empty() && !text.ends_with("\n\n"))
    text += '\n';
}

void LayoutPrinter::comment(const Comment &comment, uint32_t indent) {
  if (comment.ownLine)
    startLine(indent);
  else
    text += "  ";
  text += comment.text;
  column = kNever;
  lineEnded = true;
}

void LayoutPrinter::write(std::string_view written) {
  if (spacePending) {
    text += ' ';
    ++column;
  }
  spacePending = false;
  text += written;
  column += displayWidth(written);
}

void LayoutPrinter::word(const Layout &layout, uint32_t indent) {
  for (const Comment &before : layout.before)
    comment(before, indent);
  if (lineEnded)
    startLine(indent);
  write(layout.text);
  for (const Comment &behind : layout.behind)
    comment(behind, indent);
}

void LayoutPrinter::print(const Layout &layout, uint32_t indent, bool flat, uint32_t tail) {
  switch (layout.kind) {
  case Layout::Kind::Word:
    return word(layout, indent);
  case Layout::Kind::Space:
    spacePending = true;
    return;
  case Layout::Kind::Break:
    if (flat)
      spacePending = spacePending || !layout.text.empty();
    else
      startLine(indent);
    return;
  case Layout::Kind::Group:
    break;
  }
  uint32_t start = lineEnded ? indent : column + (spacePending ? 1 : 0);
  uint32_t inner = (layout.aligned ? start : indent) + layout.indent;
  flat = flat || start + layout.width + tail <= kLineWidth;
  // What follows a part up to the next break has to fit on its line, too.
  std::vector<uint32_t> tails(layout.parts.size());
  uint32_t behind = tail;
  for (size_t i = layout.parts.size(); i-- > 0;) {
    tails[i] = behind;
    bool isBreak = layout.parts[i].kind == Layout::Kind::Break;
    behind = isBreak ? 0 : std::min(behind + layout.parts[i].width, kNever);
  }
  for (size_t i = 0; i < layout.parts.size(); ++i)
    print(layout.parts[i], inner, flat, tails[i]);
}

std::string LayoutPrinter::finish() {
  startLine(0);
  return std::move(text);
}

} // namespace xphi::dsl
