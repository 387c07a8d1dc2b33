// The cache folder: finds, publishes and clears entries. Every failure here only costs speed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   <32 digits>.so     one entry (cache/KeptFile.h)   locks      byte locks, one a key (KeyLock.h)
//   .<name>.tmp        an entry being written         counters   hits and misses (Counters.h)
//   templates/         the compiler's loop templates
// The rules for all of them are those of cache/Folder.h.
#pragma once

#include "CacheKey.h"
#include "Counters.h"
#include "cache/Folder.h"
#include "cache/KeptFile.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xphi {

class DiskCache {
public:
  /// An empty folder name is a cache that never has anything.
  explicit DiskCache(std::string folder) : folder(std::move(folder)), counters(this->folder) {}

  /// The artifact, verified; nothing when the entry is missing, damaged in any way or of another
  /// maker.
  std::optional<std::string> find(const CacheKey &key) const;
  bool contains(const CacheKey &key) const;
  /// `maker` is what the library that compiled says of itself. Under a key that another would have
  /// to fill nothing is kept.
  void publish(const CacheKey &key, std::string_view maker, std::string_view artifact) const;

  struct Size {
    std::uint64_t entries = 0, bytes = 0;
  };
  Size size() const;
  /// Removes every file that is ours, and returns how many of them were entries.
  std::uint64_t clear() const;

  void count(const Counts &more) const { counters.add(more); }
  Counts counts() const { return counters.read(); }

  /// The folder, made where it is missing.
  Folder prepare() const { return Folder::make(folder); }
  const std::string &directory() const { return folder; }
  /// Why a folder that is there is not used, as a sentence; empty otherwise.
  std::string refusal() const;
  /// For the compiler's loop templates; empty without a folder that may be used.
  std::string templateDirectory() const;
  Folder templates() const { return Folder::open(templateDirectory(), Folder::Links::Refused); }

private:
  std::string folder;
  mutable Counters counters;
  mutable std::atomic<bool> swept{false}; ///< whether abandoned files were looked for
};

/// An entry, as it is kept in a folder or by the host. `maker` is as in DiskCache::publish.
std::string encodeKernel(const CacheKey &key, std::string_view maker, std::string_view artifact);

/// Whether a file is an entry that may be served for this key.
bool isKernelOf(const KeptFile &file, const CacheKey &key);

inline bool isEntryName(std::string_view name) {
  return name.size() == 35 && name.ends_with(".so") &&
         name.find_first_not_of("0123456789abcdef") == 32;
}
/// Also what earlier versions left there half-written.
inline bool isTemplateName(std::string_view name) {
  return isTemporaryName(name) || name.find(".bc") != std::string_view::npos;
}
inline std::string entryName(const CacheKey &key) { return key.hex() + ".so"; }

} // namespace xphi
