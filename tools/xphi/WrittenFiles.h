// Files that the command writes: what was there before is replaced at once or not at all.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

#include <span>
#include <string>
#include <string_view>

namespace xphi::command {

struct WrittenFile {
  std::string path;
  std::string_view contents;
};

/// X3002 on failure, and then all of them are as they were, unless it is the last step that fails,
/// in which each is renamed. A file that is there keeps its owner and its permissions, and one
/// behind a link stays behind it.
Status writeFiles(std::span<const WrittenFile> files);
Status writeFile(const std::string &path, std::string_view contents);

} // namespace xphi::command
