// Reads and writes the cache folder.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "DiskCache.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace xphi {
namespace {

constexpr std::string_view kernelKind = "kernel";

} // namespace

std::string encodeKernel(const CacheKey &key, std::string_view maker, std::string_view artifact) {
  return encodeKept(artifact, {kernelKind, maker, key.text});
}

bool isKernelOf(const KeptFile &file, const CacheKey &key) {
  return file.label.kind == kernelKind && file.label.key == key.text &&
         key.accepts(file.label.maker);
}

std::string DiskCache::refusal() const {
  const Folder opened = Folder::open(folder);
  return opened.refusal().empty()
             ? std::string()
             : "the cache folder " + folder + " is not used: " + opened.refusal();
}

std::string DiskCache::templateDirectory() const {
  return folder.empty() || !refusal().empty() ? std::string() : folder + "/templates";
}

std::optional<std::string> DiskCache::find(const CacheKey &key) const {
  std::optional<std::string> file = Folder::open(folder).read(entryName(key), maxKeptBytes);
  const auto kept = file ? decodeKept(*file) : std::nullopt;
  if (!kept || !isKernelOf(*kept, key))
    return std::nullopt;
  file->resize(kept->content.size());
  return file;
}

bool DiskCache::contains(const CacheKey &key) const {
  const Folder opened = Folder::open(folder);
  struct stat status;
  return opened && ::fstatat(opened.descriptor(), entryName(key).c_str(), &status, 0) == 0;
}

void DiskCache::publish(const CacheKey &key, std::string_view maker,
                        std::string_view artifact) const {
  if (maker.empty() || !key.accepts(maker))
    return;
  const Folder opened = prepare();
  opened.publish(entryName(key), encodeKernel(key, maker, artifact));
  if (!swept.exchange(true))
    opened.removeAbandoned();
}

DiskCache::Size DiskCache::size() const {
  Size result;
  const Folder opened = Folder::open(folder);
  opened.forEachName([&](const std::string &name) {
    struct stat status;
    if (!isEntryName(name) ||
        ::fstatat(opened.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
      return;
    ++result.entries;
    result.bytes += std::uint64_t(status.st_size);
  });
  return result;
}

std::uint64_t DiskCache::clear() const {
  std::uint64_t removed = 0;
  const Folder opened = Folder::open(folder);
  opened.forEachName([&](const std::string &name) {
    if (isEntryName(name))
      removed += opened.remove(name);
    else if (isTemporaryName(name) || name == "counters")
      opened.remove(name);
  });
  const Folder loops = templates();
  loops.forEachName([&](const std::string &name) {
    if (isTemplateName(name))
      loops.remove(name);
  });
  return removed;
}

} // namespace xphi
