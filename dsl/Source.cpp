// Positions in source texts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Source.h"

#include "dsl/Utf8.h"

#include <algorithm>

namespace xphi::dsl {

SourceRange join(SourceRange a, SourceRange b) {
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

std::string_view SourceText::slice(SourceRange range) const {
  std::string_view all = text;
  size_t begin = std::min<size_t>(range.begin, all.size());
  size_t end = std::clamp<size_t>(range.end, begin, all.size());
  return all.substr(begin, end - begin);
}

SourceLocation SourceText::locate(uint32_t offset) const {
  std::string_view all = text;
  std::string_view before = all.substr(0, std::min<size_t>(offset, all.size()));
  size_t lastBreak = before.rfind('\n');
  size_t lineBegin = lastBreak == std::string_view::npos ? 0 : lastBreak + 1;

  SourceLocation location;
  location.line = static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  location.lineBegin = static_cast<uint32_t>(lineBegin);
  location.lineText = all.substr(lineBegin, all.find('\n', lineBegin) - lineBegin);
  if (location.lineText.ends_with('\r'))
    location.lineText.remove_suffix(1);

  std::string_view left = before.substr(lineBegin);
  while (!left.empty()) {
    left.remove_prefix(std::max(decodeUtf8(left).bytes, 1u));
    ++location.column;
  }
  return location;
}

} // namespace xphi::dsl
