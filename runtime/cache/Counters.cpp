// A fixed record behind a magic word, changed under a lock that is only ever tried for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Counters.h"

#include "cache/Folder.h"

#include <chrono>
#include <cstring>
#include <thread>
#include <unistd.h>

namespace xphi {
namespace {

constexpr std::uint64_t magic = 0x31544e4349485058; // "XPHICNT1"
constexpr const char *fileName = "counters";

struct Record {
  std::uint64_t magic = 0;
  Counts counts;
};

Counts load(const File &file) {
  Record record;
  const bool whole = ::pread(file.descriptor(), &record, sizeof record, 0) == sizeof record;
  return whole && record.magic == magic ? record.counts : Counts();
}

} // namespace

Counts Counters::read() const {
  const auto bytes = Folder::open(folder).read(fileName, sizeof(Record));
  Record record;
  if (!bytes || bytes->size() != sizeof record)
    return {};
  std::memcpy(&record, bytes->data(), sizeof record);
  return record.magic == magic ? record.counts : Counts();
}

bool Counters::write(const Counts &more) const {
  const File file = Folder::open(folder).openShared(fileName);
  // A holder that runs needs microseconds; one that was stopped must not stop anybody.
  for (int tries = late ? 1 : 10; file && tries != 0; --tries) {
    const File::Lock lock = file.lock(0, 0);
    if (lock == File::Lock::Busy) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      continue;
    }
    if (lock == File::Lock::Impossible)
      return false;
    Counts counts = load(file);
    const Record record{magic, counts += more};
    const bool written = file.writeAt(0, {reinterpret_cast<const char *>(&record), sizeof record});
    file.unlock(0, 0);
    return written;
  }
  return false;
}

void Counters::add(const Counts &more) {
  if (folder.empty())
    return;
  Counts all{diskHits.exchange(0), misses.exchange(0), compiles.exchange(0)};
  late = !write(all += more);
  if (!late)
    return;
  diskHits += all.diskHits;
  misses += all.misses;
  compiles += all.compiles;
}

Counters::~Counters() {
  if (late)
    add({});
}

} // namespace xphi
