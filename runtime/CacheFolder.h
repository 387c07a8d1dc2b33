// The names in a cache folder, and which of them are ours.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dirent.h>
#include <memory>
#include <string>
#include <string_view>

namespace xphi {

inline bool isEntryName(std::string_view name) {
  return name.size() == 35 && name.ends_with(".so") &&
         name.find_first_not_of("0123456789abcdef") == 32;
}

inline bool isTemporaryName(std::string_view name) {
  return name.starts_with('.') && name.ends_with(".tmp");
}

// Calls `visit(name, path)` for every name in a folder; a folder that cannot be read has none.
template <typename Visit> void forEachName(const std::string &folder, Visit visit) {
  const auto close = [](DIR *stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close)> stream(::opendir(folder.c_str()), close);
  while (const dirent *found = stream ? ::readdir(stream.get()) : nullptr)
    visit(std::string_view(found->d_name), folder + "/" + found->d_name);
}

} // namespace xphi
