// What lies in the cache folder, entry by entry: for people who look after it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "CacheKey.h"
#include "cache/Folder.h"

#include <xphi/Engine.hpp>

#include <string>
#include <vector>

namespace xphi {

/// Reads and checks every entry, the one that was written last first. `compiler` makes those that
/// are usable.
std::vector<CachedKernel> listEntries(const Folder &folder, const KeyCompiler &compiler);

/// Removes what `prune` says, and what interrupted writers left, in the folder of the loop
/// templates as well.
PruneResult pruneEntries(const Folder &folder, const Folder &templates, const KeyCompiler &compiler,
                         const PruneOptions &prune);

} // namespace xphi
