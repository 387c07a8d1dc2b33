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
/// is for messages: X3004 for a name that comes twice and for more files than names. What comes
/// before "=" is a name only if it is one of them, so that paths may hold "=".
Result<std::vector<NamedFile>> readNamedFiles(const std::string &option,
                                              const std::vector<std::string> &arguments,
                                              std::span<const std::string> names);

} // namespace xphi::command
