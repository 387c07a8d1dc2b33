// What lies in the cache folder, entry by entry: for people who look after it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Engine.hpp>

#include <string>
#include <vector>

namespace xphi {

/// Reads and checks every entry, the one that was written last first.
std::vector<CachedKernel> listEntries(const std::string &folder);

/// Removes what `prune` says, and what interrupted writers left.
PruneResult pruneEntries(const std::string &folder, const PruneOptions &prune);

} // namespace xphi
