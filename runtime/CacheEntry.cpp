// Lays out an entry and checks one, trusting no length it reads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheEntry.h"

#include <cstdint>
#include <cstring>

namespace xphi {
namespace {

constexpr char magic[8] = {'X', 'P', 'H', 'I', 'E', 'N', 'T', '1'};

struct Trailer {
  char magic[8];
  std::uint64_t artifactBytes;
  std::uint64_t keyBytes;
  Hash128 checksum;
};
static_assert(sizeof(Trailer) == 40, "written to disk as it is in memory");

constexpr std::size_t checksumBytes = sizeof(Hash128);

} // namespace

std::string encodeEntry(std::string_view artifact, const CacheKey &key) {
  Trailer trailer{};
  std::memcpy(trailer.magic, magic, sizeof magic);
  trailer.artifactBytes = artifact.size();
  trailer.keyBytes = key.text.size();

  std::string file;
  file.reserve(artifact.size() + key.text.size() + sizeof trailer);
  file.append(artifact).append(key.text);
  file.append(reinterpret_cast<const char *>(&trailer), sizeof trailer - checksumBytes);
  const Hash128 checksum = hash128(file);
  file.append(reinterpret_cast<const char *>(&checksum), checksumBytes);
  return file;
}

namespace {

/// The parts of a file whose lengths fit, checksum not yet compared.
struct Parts {
  std::string_view artifact, key;
  Hash128 checksum;

  static std::optional<Parts> of(std::string_view file) {
    if (file.size() < sizeof(Trailer))
      return std::nullopt;
    Trailer trailer;
    std::memcpy(&trailer, file.data() + file.size() - sizeof trailer, sizeof trailer);
    const std::size_t content = file.size() - sizeof trailer;
    if (std::memcmp(trailer.magic, magic, sizeof magic) != 0 || trailer.keyBytes > content ||
        trailer.artifactBytes != content - trailer.keyBytes)
      return std::nullopt;
    return Parts{file.substr(0, trailer.artifactBytes),
                 file.substr(trailer.artifactBytes, trailer.keyBytes), trailer.checksum};
  }

  bool isIntact(std::string_view file) const {
    return hash128(file.substr(0, file.size() - checksumBytes)) == checksum;
  }
};

} // namespace

std::optional<std::string_view> decodeEntry(std::string_view file, const CacheKey &key) {
  const std::optional<Parts> parts = Parts::of(file);
  if (!parts || parts->key != key.text || !parts->isIntact(file))
    return std::nullopt;
  return parts->artifact;
}

std::optional<std::string_view> keyOfEntry(std::string_view file) {
  const std::optional<Parts> parts = Parts::of(file);
  if (!parts || !parts->isIntact(file))
    return std::nullopt;
  return parts->key;
}

} // namespace xphi
