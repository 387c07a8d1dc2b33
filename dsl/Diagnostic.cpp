// Rendering diagnostics: header line, excerpt with a caret, notes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Diagnostic.h"

#include "dsl/Utf8.h"

#include <algorithm>

namespace xphi::dsl {
namespace {

/// Columns of an excerpt, and how many of them precede the range in a line that has to be cut.
constexpr uint32_t kExcerptWidth = 96;
constexpr uint32_t kExcerptLead = 40;

class Palette {
public:
  explicit Palette(bool color) : color(color) {}
  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string error(std::string_view text) const { return paint("1;31", text); }
  std::string warning(std::string_view text) const { return paint("1;35", text); }
  std::string note(std::string_view text) const { return paint("1;36", text); }
  std::string caret(std::string_view text) const { return paint("1;32", text); }
  std::string gutter(std::string_view text) const { return paint("2", text); }

private:
  std::string paint(const char *style, std::string_view text) const {
    if (!color)
      return std::string(text);
    return "\x1b[" + std::string(style) + "m" + std::string(text) + "\x1b[0m";
  }
  bool color;
};

/// A line as a terminal shows it, and the columns its marked part takes.
struct Excerpt {
  std::string text;
  uint32_t caretColumn = 0;
  uint32_t caretWidth = 1;
};

struct Cell {
  std::string text;
  uint32_t width;
  uint32_t byte; ///< offset in the line
};

std::vector<Cell> cellsOf(std::string_view line) {
  std::vector<Cell> cells;
  for (uint32_t at = 0; at < line.size();) {
    DecodedCharacter character = decodeUtf8(line.substr(at));
    bool isShown = character.bytes != 0 && !isControl(character.codePoint);
    uint32_t bytes = std::max(character.bytes, 1u);
    if (line[at] == '\t')
      cells.push_back({"    ", 4, at});
    else if (!isShown)
      cells.push_back({"\xef\xbf\xbd", 1, at}); // U+FFFD, the replacement character
    else
      cells.push_back({std::string(line.substr(at, bytes)), displayWidth(character.codePoint), at});
    at += bytes;
  }
  return cells;
}

Excerpt excerptOf(std::string_view line, uint32_t begin, uint32_t end) {
  std::vector<Cell> cells = cellsOf(line);
  uint32_t total = 0, before = 0, marked = 0;
  for (const Cell &cell : cells) {
    total += cell.width;
    if (cell.byte < begin)
      before += cell.width;
    else if (cell.byte < end)
      marked += cell.width;
  }
  uint32_t first = 0;
  if (total > kExcerptWidth && before > kExcerptLead)
    first = std::min(before - kExcerptLead, total - kExcerptWidth);

  Excerpt excerpt;
  if (first > 0)
    excerpt.text = "…";
  uint32_t lead = first > 0 ? 1 : 0;
  uint32_t column = 0, shownFrom = first;
  bool cut = false, started = false;
  for (const Cell &cell : cells) {
    if (column >= first && column + cell.width <= first + kExcerptWidth) {
      if (!started)
        shownFrom = column;
      started = true;
      excerpt.text += cell.text;
    } else if (column + cell.width > first + kExcerptWidth) {
      cut = true;
    }
    column += cell.width;
  }
  if (cut)
    excerpt.text += "…";
  excerpt.caretColumn = before - shownFrom + lead;
  uint32_t room = first + kExcerptWidth - std::min(before, first + kExcerptWidth);
  excerpt.caretWidth = std::clamp(marked, 1u, std::max(room, 1u));
  return excerpt;
}

void renderExcerpt(std::string &out, SourceRange range, const SourceText &source,
                   const Palette &palette) {
  SourceLocation location = source.locate(range.begin);
  uint32_t begin = range.begin - location.lineBegin;
  uint32_t end = std::max(range.end, range.begin) - location.lineBegin;
  Excerpt excerpt = excerptOf(location.lineText, begin, end);
  std::string line = std::to_string(location.line);
  out += palette.gutter("  " + line + " | ") + excerpt.text + "\n";
  out += palette.gutter("  " + std::string(line.size(), ' ') + " | ");
  out += std::string(excerpt.caretColumn, ' ');
  out += palette.caret("^" + std::string(excerpt.caretWidth - 1, '~')) + "\n";
}

/// A name of a file as it may be shown within a line.
std::string oneLine(std::string_view name) {
  std::string shown = printable(name);
  std::replace_if(shown.begin(), shown.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return shown;
}

std::string place(SourceRange range, const SourceText &source) {
  SourceLocation location = source.locate(range.begin);
  return oneLine(source.name) + ":" + std::to_string(location.line) + ":" +
         std::to_string(location.column) + ": ";
}

} // namespace

Diagnostic &Diagnostic::help(std::string text) {
  notes.push_back({Note::Kind::Help, std::move(text), std::nullopt});
  return *this;
}

Diagnostic &Diagnostic::note(std::string text, std::optional<SourceRange> where) {
  notes.push_back({Note::Kind::Note, std::move(text), where});
  return *this;
}

std::string quote(std::string_view name) {
  constexpr size_t longest = 60;
  if (name.size() <= longest)
    return "'" + std::string(name) + "'";
  size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80)
    --end;
  return "'" + std::string(name.substr(0, end)) + "…'";
}

std::string render(const Diagnostic &diagnostic, const SourceText &text, RenderOptions options) {
  const SourceText &source = diagnostic.source ? *diagnostic.source : text;
  Palette palette(options.color);
  bool isError = diagnostic.severity == Severity::Error;
  std::string out = palette.bold(place(diagnostic.range, source));
  out += isError ? palette.error("error: ") : palette.warning("warning: ");
  out += palette.bold(printable(diagnostic.message)) + " [" + codeId(diagnostic.code) + "]\n";
  renderExcerpt(out, diagnostic.range, source, palette);
  for (const Note &note : diagnostic.notes) {
    if (note.range)
      out += palette.bold(place(*note.range, source));
    out += palette.note(note.kind == Note::Kind::Help ? "help: " : "note: ") +
           printable(note.message) + "\n";
    if (note.range)
      renderExcerpt(out, *note.range, source, palette);
  }
  return out;
}

std::string render(std::span<const Diagnostic> diagnostics, const SourceText &source,
                   RenderOptions options) {
  std::string out;
  for (const Diagnostic &diagnostic : diagnostics)
    out += render(diagnostic, source, options);
  return out;
}

} // namespace xphi::dsl
