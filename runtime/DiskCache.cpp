// Reads and writes the cache folder.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "DiskCache.h"

#include "CacheEntry.h"
#include "CacheFolder.h"
#include "File.h"

#include <atomic>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace xphi {
std::string DiskCache::entryPath(const CacheKey &key) const {
  return folder + "/" + key.hex() + ".so";
}

std::string DiskCache::templateDirectory() const {
  return folder.empty() ? std::string() : folder + "/templates";
}

bool DiskCache::prepare() const { return !folder.empty() && makeFolders(folder); }

std::optional<std::string> DiskCache::find(const CacheKey &key) const {
  if (folder.empty())
    return std::nullopt;
  std::optional<std::string> file = readOwnFile(entryPath(key), maxEntryBytes);
  const auto artifact = file ? decodeEntry(*file, key) : std::nullopt;
  if (!artifact)
    return std::nullopt;
  file->resize(artifact->size());
  return file;
}

bool DiskCache::contains(const CacheKey &key) const {
  struct stat status;
  return !folder.empty() && ::stat(entryPath(key).c_str(), &status) == 0;
}

void DiskCache::publish(const CacheKey &key, std::string_view artifact) const {
  if (!prepare())
    return;
  static std::atomic<unsigned> serial{0};
  const std::string path = entryPath(key);
  const std::string temporary =
      fmt::format("{}/.{}.{}.{}.tmp", folder, key.hex(), ::getpid(), serial++);
  // A process of the same number may have died here before.
  ::unlink(temporary.c_str());
  bool written = false;
  {
    const File file = File::open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (!file)
      return;
    written = file.write(encodeEntry(artifact, key));
  }
  if (written && ::rename(temporary.c_str(), path.c_str()) == 0)
    return;
  ::unlink(temporary.c_str());
}

DiskCache::Size DiskCache::size() const {
  Size result;
  forEachName(folder, [&](std::string_view name, const std::string &path) {
    struct stat status;
    if (!isEntryName(name) || ::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
      return;
    ++result.entries;
    result.bytes += std::uint64_t(status.st_size);
  });
  return result;
}

std::uint64_t DiskCache::clear() const {
  std::uint64_t removed = 0;
  if (folder.empty())
    return removed;
  forEachName(folder, [&](std::string_view name, const std::string &path) {
    if (isEntryName(name))
      removed += ::unlink(path.c_str()) == 0;
    else if (isTemporaryName(name) || name == "counters")
      ::unlink(path.c_str());
  });
  forEachName(templateDirectory(), [](std::string_view, const std::string &path) {
    ::unlink(path.c_str()); // fails on "." and "..", as it should
  });
  return removed;
}

void DiskCache::count(const Counts &more) const {
  if (!folder.empty())
    addCounts(folder, more);
}

Counts DiskCache::counts() const { return folder.empty() ? Counts() : readCounts(folder); }

} // namespace xphi
