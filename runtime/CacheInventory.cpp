// Reads entries without knowing their keys, and removes the ones nobody needs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheInventory.h"

#include "CacheEntry.h"
#include "CacheFolder.h"
#include "File.h"

#include <algorithm>
#include <ctime>
#include <sys/stat.h>
#include <unistd.h>

namespace xphi {
namespace {

// "def f(x) = ..." of the last definition.
std::string functionName(std::string_view program) {
  constexpr std::string_view def = "def ";
  const std::size_t later = program.rfind("\ndef ");
  const std::size_t at = later == std::string_view::npos ? 0 : later + 1;
  const std::string_view head = program.substr(std::min(at + def.size(), program.size()));
  return std::string(head.substr(0, std::min(head.find('('), head.size())));
}

void readContents(CachedKernel &entry, const std::string &path) {
  const std::optional<std::string> file = readOwnFile(path, maxEntryBytes);
  const auto key = file ? keyOfEntry(*file) : std::nullopt;
  // An entry under another's name is of no use to anybody.
  if (!key || CacheKey{{}, hash128(*key)}.hex() + ".so" != entry.file)
    return;
  CacheKeyFacts facts = readCacheKey(*key);
  entry.intact = true;
  entry.usable = facts.thisBuild;
  entry.function = functionName(facts.program);
  entry.target = std::move(facts.target);
  entry.derivative = std::move(facts.derivative);
  entry.gradients = std::move(facts.gradients);
  entry.keep = std::move(facts.keep);
  entry.program = std::move(facts.program);
}

} // namespace

std::vector<CachedKernel> listEntries(const std::string &folder) {
  std::vector<CachedKernel> entries;
  if (folder.empty())
    return entries;
  forEachName(folder, [&](std::string_view name, const std::string &path) {
    struct stat status;
    if (!isEntryName(name) || ::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
      return;
    CachedKernel entry;
    entry.file = name;
    entry.bytes = std::uint64_t(status.st_size);
    entry.written = status.st_mtime;
    readContents(entry, path);
    entries.push_back(std::move(entry));
  });
  std::ranges::sort(entries, [](const CachedKernel &a, const CachedKernel &b) {
    return a.written != b.written ? a.written > b.written : a.file < b.file;
  });
  return entries;
}

PruneResult pruneEntries(const std::string &folder, const PruneOptions &prune) {
  PruneResult result;
  for (const CachedKernel &entry : listEntries(folder)) {
    const bool keep = entry.intact && (entry.usable || !prune.otherBuilds) &&
                      result.leftBytes + entry.bytes <= prune.maxBytes;
    const bool removed = !keep && ::unlink((folder + "/" + entry.file).c_str()) == 0;
    ++(removed ? result.removed : result.left);
    (removed ? result.removedBytes : result.leftBytes) += entry.bytes;
  }
  // A writer needs seconds; what is an hour old belongs to one that was killed.
  if (!folder.empty())
    forEachName(folder, [&](std::string_view name, const std::string &path) {
      struct stat status;
      if (isTemporaryName(name) && ::lstat(path.c_str(), &status) == 0 &&
          status.st_mtime < ::time(nullptr) - 3600)
        ::unlink(path.c_str());
    });
  return result;
}

} // namespace xphi
