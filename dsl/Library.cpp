// Reading library files on demand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Library.h"

#include "dsl/Frontend.h"

#include <algorithm>

namespace xphi::dsl {
namespace {

auto findFile(std::span<const LibraryFile> files, std::string_view name) {
  return std::find_if(files.begin(), files.end(),
                      [name](const LibraryFile &file) { return file.name == name; });
}

} // namespace

bool Library::contains(std::string_view name) const { return findFile(files, name) != files.end(); }

std::shared_ptr<const ParseResult> Library::load(std::string_view name) const {
  auto file = findFile(files, name);
  if (file == files.end())
    return nullptr;
  std::lock_guard lock(mutex);
  // While a file is being read its entry is null: files that call in a circle do not find each
  // other.
  auto [entry, isNew] = loaded.emplace(file->name, nullptr);
  if (isNew) {
    SourceText source{std::string(file->name) + ".phi", std::string(file->text)};
    entry->second = std::make_shared<const ParseResult>(analyse(std::move(source), this));
  }
  return entry->second;
}

} // namespace xphi::dsl
