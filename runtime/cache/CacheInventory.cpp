// Reads entries without knowing their keys, and removes the ones nobody needs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheInventory.h"

#include "DiskCache.h"
#include "cache/KeptFile.h"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

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

void readContents(CachedKernel &entry, const Folder &folder, const KeyCompiler &compiler) {
  const std::optional<std::string> file = folder.read(entry.file, maxKeptBytes);
  const auto kept = file ? decodeKept(*file) : std::nullopt;
  if (!kept)
    return;
  CacheKeyFacts facts = readCacheKey(kept->label.key);
  CacheKey key{std::string(kept->label.key), hash128(kept->label.key), {}};
  if (facts.compiler == ownCompiler().name)
    key.maker = ownCompiler().maker;
  // Under another's name, or filled by another than the key says, it is of no use to anybody.
  if (!isKernelOf(*kept, key) || entryName(key) != entry.file)
    return;
  entry.intact = true;
  entry.usable = facts.thisBuild && facts.compiler == compiler.name;
  entry.compiler = kept->label.maker;
  if (!facts.spec)
    return;
  const auto list = [](const std::vector<std::string> &names) {
    return fmt::format("{}", fmt::join(names, ","));
  };
  entry.function = functionName(facts.spec->program);
  entry.target = std::move(facts.spec->target);
  entry.types = facts.spec->types.text();
  entry.derivative = list(facts.spec->derivative);
  entry.gradients = list(facts.spec->gradients);
  entry.keep = nameOf(facts.spec->keep);
  entry.program = std::move(facts.spec->program);
}

} // namespace

std::vector<CachedKernel> listEntries(const Folder &folder, const KeyCompiler &compiler) {
  std::vector<CachedKernel> entries;
  folder.forEachName([&](const std::string &name) {
    struct stat status;
    if (!isEntryName(name) ||
        ::fstatat(folder.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return;
    CachedKernel entry;
    entry.file = name;
    entry.bytes = S_ISREG(status.st_mode) ? std::uint64_t(status.st_size) : 0;
    entry.written = status.st_mtime;
    readContents(entry, folder, compiler);
    entries.push_back(std::move(entry));
  });
  std::ranges::sort(entries, [](const CachedKernel &a, const CachedKernel &b) {
    return a.written != b.written ? a.written > b.written : a.file < b.file;
  });
  return entries;
}

PruneResult pruneEntries(const Folder &folder, const Folder &templates, const KeyCompiler &compiler,
                         const PruneOptions &prune) {
  PruneResult result;
  for (const CachedKernel &entry : listEntries(folder, compiler)) {
    const bool keep = entry.intact && (entry.usable || !prune.otherBuilds) &&
                      result.leftBytes + entry.bytes <= prune.maxBytes;
    const bool removed = !keep && folder.remove(entry.file);
    ++(removed ? result.removed : result.left);
    (removed ? result.removedBytes : result.leftBytes) += entry.bytes;
  }
  folder.removeAbandoned();
  templates.removeAbandoned();
  templates.forEachName([&](const std::string &name) {
    if (isTemporaryName(name) || !isTemplateName(name))
      return;
    const std::optional<std::string> file = templates.read(name, maxKeptBytes);
    if (!file || !decodeKept(*file))
      templates.remove(name);
  });
  return result;
}

} // namespace xphi
