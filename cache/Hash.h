// XXH3-128: names the files that are kept and guards them against damage. Not a signature.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_CACHE_HASH_H
#define XPHI_CACHE_HASH_H

#include <cstdint>
#include <string_view>

namespace xphi {

struct Hash128 {
  std::uint64_t high = 0, low = 0;
  friend bool operator==(const Hash128 &, const Hash128 &) = default;
};

Hash128 hash128(std::string_view bytes);

} // namespace xphi

#endif // XPHI_CACHE_HASH_H
