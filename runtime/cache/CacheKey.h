// What makes two compilations the same: a text that lists it, and its hash.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text is stored with the entry and compared on every load, so a colliding hash costs a
// compilation and never gives a wrong kernel. The compiler enters as the fingerprint of the build
// that the runtime belongs to, or as the library file that Options::compilerLibrary names (see
// CompilerLibrary.h): asking the library itself would mean loading it. Tuning flags are left out on
// purpose: they come from the target.
#pragma once

#include "abi/KernelSpec.h"
#include "cache/Hash.h"

#include <optional>
#include <string>
#include <string_view>

namespace xphi {

struct CacheKey {
  std::string text;
  Hash128 hash; ///< of the text
  /// What the library that fills the entry must say of itself; empty where the key names its file.
  std::string maker;

  std::string hex() const; ///< 32 digits
  bool accepts(std::string_view made) const { return maker.empty() || maker == made; }
};

/// The facts of a key text that are of interest to people.
struct CacheKeyFacts {
  std::string compiler;
  bool thisBuild = false;         ///< of this runtime, whatever the compiler
  std::optional<KernelSpec> spec; ///< nothing where it is of another build
};
CacheKeyFacts readCacheKey(std::string_view text);

/// Who compiles, as a key says it.
struct KeyCompiler {
  std::string name;  ///< a fingerprint, or "file-" and digits
  std::string maker; ///< see CacheKey
};
/// The compiler library of this build.
KeyCompiler ownCompiler();

CacheKey makeCacheKey(const KeyCompiler &compiler, const KernelSpec &spec);

} // namespace xphi
