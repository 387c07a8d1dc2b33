// "name=path" on the command line: files that stand for inputs, parameters and gradients.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Result.hpp>

#include <span>
#include <string>
#include <vector>

namespace xphi::command {

struct NamedFile {
  std::string name, path;
};

/// Each as "name=path", or as a path alone, which stands for the first name that is left. `option`
/// is for messages: X2024 for a name that is none of them, X3004 for a name that comes twice and
/// for more files than names. Whatever stands before "=" is a name unless it holds a dot or a
/// slash: write "./a=b.npy" for such a path.
Result<std::vector<NamedFile>> readNamedFiles(const std::string &option,
                                              const std::vector<std::string> &arguments,
                                              std::span<const std::string> names);

} // namespace xphi::command
