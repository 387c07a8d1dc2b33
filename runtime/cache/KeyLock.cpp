// Byte locks in the file "locks", polled: meanwhile the entry may arrive.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KeyLock.h"

#include <algorithm>
#include <thread>

namespace xphi {

KeyLock::KeyLock(const Folder &folder, const CacheKey &key, const std::function<bool()> &arrived,
                 std::chrono::milliseconds patience)
    : file(folder.openShared("locks")), offset(static_cast<long>(key.hash.low >> 2)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (auto pause = std::chrono::milliseconds(1); file;
       pause = std::min(2 * pause, std::chrono::milliseconds(16))) {
    const File::Lock lock = file.lock(offset, 1);
    held = lock == File::Lock::Taken;
    if (lock != File::Lock::Busy || arrived() || std::chrono::steady_clock::now() > deadline)
      break;
    std::this_thread::sleep_for(pause);
  }
}

// Unlocked by name, not only by closing: a child forked meanwhile shares the open file and would
// keep the lock.
KeyLock::~KeyLock() {
  if (held)
    file.unlock(offset, 1);
}

} // namespace xphi
