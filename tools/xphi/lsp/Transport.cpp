// Reads header lines up to an empty one, then so many bytes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lsp/Transport.h"

#include <algorithm>
#include <charconv>

namespace xphi::command::lsp {
namespace {

constexpr std::size_t mostBytes = std::size_t(64) << 20, mostOfLine = 4096;

/// Without its line ending; nothing at the end of the stream.
std::optional<std::string> readLine(std::FILE *from) {
  std::string line;
  for (int next; (next = std::fgetc(from)) != EOF;) {
    if (next == '\n') {
      if (line.ends_with('\r'))
        line.pop_back();
      return line;
    }
    if (line.size() == mostOfLine)
      return std::nullopt;
    line += char(next);
  }
  return std::nullopt;
}

std::optional<std::size_t> lengthIn(const std::string &line) {
  constexpr std::string_view name = "content-length:";
  if (line.size() <= name.size() ||
      !std::equal(name.begin(), name.end(), line.begin(), [](char wanted, char given) {
        return wanted == (given >= 'A' && given <= 'Z' ? given + ('a' - 'A') : given);
      }))
    return std::nullopt;
  const char *begin = line.data() + line.find_first_not_of(' ', name.size());
  std::size_t length = 0;
  const char *end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(std::min(begin, end), end, length);
  return error == std::errc() && rest == end && length <= mostBytes ? std::optional(length)
                                                                    : std::nullopt;
}

} // namespace

std::optional<std::string> readMessage(std::FILE *from) {
  std::optional<std::size_t> length;
  for (;;) {
    const std::optional<std::string> line = readLine(from);
    if (!line)
      return std::nullopt;
    if (line->empty())
      break;
    if (const std::optional<std::size_t> said = lengthIn(*line))
      length = said;
  }
  if (!length)
    return std::nullopt;
  std::string text(*length, '\0');
  if (std::fread(text.data(), 1, text.size(), from) != text.size())
    return std::nullopt;
  return text;
}

void writeMessage(std::FILE *to, std::string_view text) {
  std::fprintf(to, "Content-Length: %zu\r\n\r\n", text.size());
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

} // namespace xphi::command::lsp
