// "name=path" on the command line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "NamedFiles.h"

#include "Session.h"

#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {

Result<std::vector<NamedFile>> readNamedFiles(const std::string &option,
                                              const std::vector<std::string> &arguments,
                                              std::span<const std::string> names) {
  std::vector<NamedFile> files;
  std::vector<std::string> left(names.begin(), names.end());
  for (const std::string &argument : arguments) {
    std::string name = argument.substr(0, std::min(argument.find('='), argument.size()));
    const bool named = name.size() != argument.size() && name.find_first_of("./") == name.npos;
    if (named && std::ranges::count(names, name) == 0)
      return Error("X2024", fmt::format("{} '{}': there is no '{}', only {}", option, argument,
                                        name, fmt::join(names, ", ")));
    files.push_back({named ? name : "", named ? argument.substr(name.size() + 1) : argument});
    if (named && std::erase(left, name) == 0)
      return Error(code::badOption, fmt::format("{} names '{}' twice", option, name));
  }
  for (NamedFile &file : files) {
    if (!file.name.empty())
      continue;
    if (left.empty())
      return Error(code::badOption, fmt::format("{} '{}' is one too many: the function has {}",
                                                option, file.path, fmt::join(names, ", ")));
    file.name = left.front();
    left.erase(left.begin());
  }
  return files;
}

} // namespace xphi::command
