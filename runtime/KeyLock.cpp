// Byte locks in the file "locks", polled: meanwhile the entry may arrive.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KeyLock.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <thread>

namespace xphi {

KeyLock::KeyLock(const std::string &folder, const CacheKey &key,
                 const std::function<bool()> &arrived, std::chrono::milliseconds patience)
    : file(File::open(folder + "/locks", O_RDWR | O_CREAT | O_NOFOLLOW, 0600)),
      offset(static_cast<long>(key.hash.low >> 2)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (auto pause = std::chrono::milliseconds(1); file && !held;
       pause = std::min(2 * pause, std::chrono::milliseconds(16))) {
    held = set(F_WRLCK);
    const bool busy = errno == EAGAIN || errno == EACCES;
    if (held || !busy || arrived() || std::chrono::steady_clock::now() > deadline)
      break;
    std::this_thread::sleep_for(pause);
  }
}

// Unlocked by name, not only by closing: a child forked meanwhile shares the open file and would
// keep the lock.
KeyLock::~KeyLock() {
  if (held)
    set(F_UNLCK);
}

bool KeyLock::set(short type) const {
  struct flock request = {};
  request.l_type = type;
  request.l_whence = SEEK_SET;
  request.l_start = offset;
  request.l_len = 1;
  return ::fcntl(file.descriptor(), F_OFD_SETLK, &request) == 0;
}

} // namespace xphi
