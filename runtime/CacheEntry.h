// The bytes of one cache entry: an artifact, the key it was made for, and a checksum over both.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One file an entry, so nothing can fall out of step. The artifact comes first: the file is an ELF
// shared object that any tool opens, and what follows is out of every segment.
//   artifact | key text | "XPHIENT1" | artifact size u64 | key size u64 | XXH3-128 of everything
//   before
#pragma once

#include "CacheKey.h"

#include <optional>
#include <string>
#include <string_view>

namespace xphi {

/// Larger files are not ours: an artifact has tens of kilobytes.
constexpr std::size_t maxEntryBytes = std::size_t(64) << 20;

std::string encodeEntry(std::string_view artifact, const CacheKey &key);

/// The artifact inside `file`, if every byte is as it was written and the key is this one; else
/// nothing.
std::optional<std::string_view> decodeEntry(std::string_view file, const CacheKey &key);

/// The same for any key: the key's text, or nothing unless every byte is as it was written.
std::optional<std::string_view> keyOfEntry(std::string_view file);

} // namespace xphi
