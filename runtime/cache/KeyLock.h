// Lets one process compile a key while the others wait for its entry. Best effort.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One file for all keys, each with the byte at its own offset: the kernel drops a byte's lock when
// its holder dies, so nothing is ever left locked and no lock files pile up. Open-file-description
// locks, because the classic ones belong to the process and would not hold between two engines in
// it.
#pragma once

#include "CacheKey.h"
#include "cache/Folder.h"

#include <chrono>
#include <functional>

namespace xphi {

class KeyLock {
public:
  /// Tries until it has the lock, `arrived` returns true, or patience ends: a stopped holder must
  /// not stop everybody, and compiling twice only costs time.
  KeyLock(const Folder &folder, const CacheKey &key, const std::function<bool()> &arrived,
          std::chrono::milliseconds patience = std::chrono::seconds(3));
  ~KeyLock();
  KeyLock(const KeyLock &) = delete;
  KeyLock &operator=(const KeyLock &) = delete;

private:
  File file;
  long offset = 0;
  bool held = false;
};

} // namespace xphi
