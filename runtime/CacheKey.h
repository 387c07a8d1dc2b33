// What makes two compilations the same: a text that lists it, and its hash.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text is stored with the entry and compared on every load, so a colliding hash costs a
// compilation and never gives a wrong kernel. The compiler enters as a fingerprint of its sources,
// taken when the runtime was built: asking the compiler library itself would mean loading it.
// Tuning flags are left out on purpose: they come from the target.
#pragma once

#include "Hash.h"

#include <string>
#include <string_view>

namespace xphi {

struct CacheKey {
  std::string text;
  Hash128 hash;            ///< of the text
  std::string hex() const; ///< 32 digits
};

/// The facts of a key text that are of interest to people.
struct CacheKeyFacts {
  std::string target, derivative, gradients, keep, program;
  bool thisBuild = false;
};
CacheKeyFacts readCacheKey(std::string_view text);

CacheKey makeCacheKey(std::string_view program, std::string_view target,
                      std::string_view derivative, std::string_view gradients,
                      std::string_view keep);

} // namespace xphi
