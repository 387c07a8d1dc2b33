// Hits and misses of all processes that share a cache folder, kept in one small file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Only for people to look at: nobody waits for another to count. What cannot be written now, since
// another process holds the file, is written with the next count.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace xphi {

struct Counts {
  std::uint64_t diskHits = 0, misses = 0, compiles = 0;

  Counts &operator+=(const Counts &more) {
    diskHits += more.diskHits;
    misses += more.misses;
    compiles += more.compiles;
    return *this;
  }
};

class Counters {
public:
  explicit Counters(const std::string &folder) : folder(folder) {}
  /// Writes what is left, if nobody holds the file.
  ~Counters();
  Counters(const Counters &) = delete;
  Counters &operator=(const Counters &) = delete;

  /// Zeros when there is no file or it is not as we write it.
  Counts read() const;
  void add(const Counts &more);

private:
  bool write(const Counts &more) const;

  const std::string folder;
  // No mutex: a child of fork must not find one held.
  std::atomic<std::uint64_t> diskHits{0}, misses{0}, compiles{0}; ///< not yet in the file
  std::atomic<bool> late{false}; ///< whether the last attempt to write failed
};

} // namespace xphi
