// The cache folder: finds, publishes and clears entries. Every failure here only costs speed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   <32 digits>.so     one entry (CacheEntry.h)      locks      byte locks, one a key (KeyLock.h)
//   .<name>.tmp        an entry being written        counters   hits and misses (Counters.h)
//   templates/         the compiler's loop templates
// Publishing is a write to a temporary file and a rename, so readers see all of an entry or none,
// and a process killed in between leaves a file that nobody reads.
#pragma once

#include "CacheKey.h"
#include "Counters.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xphi {

class DiskCache {
public:
  /// An empty folder name is a cache that never has anything.
  explicit DiskCache(std::string folder) : folder(std::move(folder)) {}

  /// The artifact, verified; nothing when the entry is missing or damaged in any way.
  std::optional<std::string> find(const CacheKey &key) const;
  bool contains(const CacheKey &key) const;
  void publish(const CacheKey &key, std::string_view artifact) const;

  struct Size {
    std::uint64_t entries = 0, bytes = 0;
  };
  Size size() const;
  /// Removes every file that is ours, and returns how many of them were entries.
  std::uint64_t clear() const;

  void count(const Counts &more) const;
  Counts counts() const;

  /// Makes the folder; false where there is none to be had.
  bool prepare() const;
  const std::string &directory() const { return folder; }
  /// For the compiler's loop templates; empty without a folder.
  std::string templateDirectory() const;

private:
  std::string entryPath(const CacheKey &key) const;

  std::string folder;
};

} // namespace xphi
