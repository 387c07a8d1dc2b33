// Hits and misses of all processes that share a cache folder, kept in one small file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Only for people to look at: where the file cannot be written, counts are lost and nothing else
// happens.
#pragma once

#include <cstdint>
#include <string>

namespace xphi {

struct Counts {
  std::uint64_t diskHits = 0, misses = 0, compiles = 0;
};

/// Zeros when there is no file or it is not as we write it.
Counts readCounts(const std::string &folder);
void addCounts(const std::string &folder, const Counts &more);

} // namespace xphi
