// A fixed record behind a magic word, changed under a lock that dies with its holder.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Counters.h"

#include "File.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace xphi {
namespace {

constexpr std::uint64_t magic = 0x31544e4349485058; // "XPHICNT1"

struct Record {
  std::uint64_t magic = 0;
  Counts counts;
};

File openCounters(const std::string &folder, int flags) {
  return File::open(folder + "/counters", flags | O_NOFOLLOW | O_NONBLOCK, 0600);
}

Counts load(const File &file) {
  Record record;
  const bool whole = ::pread(file.descriptor(), &record, sizeof record, 0) == sizeof record;
  return whole && record.magic == magic ? record.counts : Counts();
}

} // namespace

Counts readCounts(const std::string &folder) {
  const File file = openCounters(folder, O_RDONLY);
  return file ? load(file) : Counts();
}

void addCounts(const std::string &folder, const Counts &more) {
  const File file = openCounters(folder, O_RDWR | O_CREAT);
  if (!file || ::flock(file.descriptor(), LOCK_EX) != 0)
    return;
  Counts counts = load(file);
  counts.diskHits += more.diskHits;
  counts.misses += more.misses;
  counts.compiles += more.compiles;
  const Record record{magic, counts};
  [[maybe_unused]] const ssize_t written = ::pwrite(file.descriptor(), &record, sizeof record, 0);
  ::flock(file.descriptor(), LOCK_UN);
}

} // namespace xphi
