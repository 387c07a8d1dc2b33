// Reading a file that somebody else named: only a regular one, and only so much of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace xphi::dsl {

struct FileContents {
  std::optional<std::string> bytes; ///< none: it cannot be read
  uint64_t size = 0;                ///< of the whole file
  std::string problem;              ///< why not
};

/// The first `limit` bytes. Devices, pipes and folders are no files: they are not even opened for
/// long enough to wait for them.
FileContents readRegularFile(const std::string &path, size_t limit);

} // namespace xphi::dsl
