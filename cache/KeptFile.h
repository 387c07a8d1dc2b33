// The bytes of a file that is kept: its content, what it is, who made it, and a checksum over all.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One file a thing, so nothing can fall out of step, and nothing is believed for its name: what it
// was made for is inside and compared. The content comes first: a kernel is an ELF shared object
// that any tool opens, and what follows is out of every segment.
//   content | label | "XPHIKPT1" | content size u64 | label size u64 | XXH3-128 of all before
// where the label is the lines "kind ..." and "maker ...", and the key to its end.
#ifndef XPHI_CACHE_KEPTFILE_H
#define XPHI_CACHE_KEPTFILE_H

#include <optional>
#include <string>
#include <string_view>

namespace xphi {

/// Larger files are not ours: a kernel has tens of kilobytes.
constexpr std::size_t maxKeptBytes = std::size_t(64) << 20;

struct KeptLabel {
  std::string_view kind;  ///< "kernel" or "loop"
  std::string_view maker; ///< the build that made it, in its own words; one line
  std::string_view key;   ///< what it was made for
};

struct KeptFile {
  std::string_view content;
  KeptLabel label;
};

std::string encodeKept(std::string_view content, const KeptLabel &label);

/// The parts of a file, or nothing unless every byte is as it was written. Trusts no length.
std::optional<KeptFile> decodeKept(std::string_view file);

} // namespace xphi

#endif // XPHI_CACHE_KEPTFILE_H
