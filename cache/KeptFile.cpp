// Lays out a file that is kept and checks one, trusting no length it reads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cache/KeptFile.h"

#include "cache/Hash.h"

#include <cstdint>
#include <cstring>

namespace xphi {
namespace {

constexpr char magic[8] = {'X', 'P', 'H', 'I', 'K', 'P', 'T', '1'};

struct Trailer {
  char magic[8];
  std::uint64_t contentBytes, labelBytes;
  Hash128 checksum;
};
static_assert(sizeof(Trailer) == 40, "written to disk as it is in memory");

constexpr std::size_t checksumBytes = sizeof(Hash128);

void appendLine(std::string &label, std::string_view name, std::string_view value) {
  label.append(name);
  for (const char each : value)
    label += each == '\n' ? ' ' : each;
  label += '\n';
}

// The value of the line that `text` begins with, which is taken off.
std::optional<std::string_view> takeLine(std::string_view &text, std::string_view name) {
  const std::size_t end = text.find('\n');
  if (!text.starts_with(name) || end == std::string_view::npos)
    return std::nullopt;
  const std::string_view value = text.substr(name.size(), end - name.size());
  text.remove_prefix(end + 1);
  return value;
}

} // namespace

std::string encodeKept(std::string_view content, const KeptLabel &label) {
  std::string text;
  appendLine(text, "kind ", label.kind);
  appendLine(text, "maker ", label.maker);
  text.append(label.key);

  Trailer trailer{};
  std::memcpy(trailer.magic, magic, sizeof magic);
  trailer.contentBytes = content.size();
  trailer.labelBytes = text.size();

  std::string file;
  file.reserve(content.size() + text.size() + sizeof trailer);
  file.append(content).append(text);
  file.append(reinterpret_cast<const char *>(&trailer), sizeof trailer - checksumBytes);
  const Hash128 checksum = hash128(file);
  file.append(reinterpret_cast<const char *>(&checksum), checksumBytes);
  return file;
}

std::optional<KeptFile> decodeKept(std::string_view file) {
  if (file.size() < sizeof(Trailer))
    return std::nullopt;
  Trailer trailer;
  std::memcpy(&trailer, file.data() + file.size() - sizeof trailer, sizeof trailer);
  const std::size_t before = file.size() - sizeof trailer;
  if (std::memcmp(trailer.magic, magic, sizeof magic) != 0 || trailer.labelBytes > before ||
      trailer.contentBytes != before - trailer.labelBytes ||
      hash128(file.substr(0, file.size() - checksumBytes)) != trailer.checksum)
    return std::nullopt;
  std::string_view label = file.substr(trailer.contentBytes, trailer.labelBytes);
  const auto kind = takeLine(label, "kind "), maker = kind ? takeLine(label, "maker ") : kind;
  if (!maker)
    return std::nullopt;
  return KeptFile{file.substr(0, trailer.contentBytes), {*kind, *maker, label}};
}

} // namespace xphi
