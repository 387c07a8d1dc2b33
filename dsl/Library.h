// A library: named source files, one definition each, read when they are first asked for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"
#include "dsl/Diagnostic.h"

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace xphi::dsl {

/// `name` is both the file's stem and the name of the definition in it.
struct LibraryFile {
  std::string_view name;
  std::string_view text;
};

struct ParseResult;

/// Files may call each other, but not in a circle. Thread-safe. The texts must outlive the library.
class Library {
public:
  explicit Library(std::span<const LibraryFile> files) : files(files) {}

  /// The files in the order given, without reading any.
  std::span<const LibraryFile> entries() const { return files; }
  bool contains(std::string_view name) const;
  /// The program whose entry is this function, with what it calls; null if there is no such file.
  /// A file with an error gives a result without a program.
  std::shared_ptr<const ParseResult> load(std::string_view name) const;

private:
  std::span<const LibraryFile> files;
  // Recursive: reading a file loads the files it calls.
  mutable std::recursive_mutex mutex;
  mutable std::map<std::string_view, std::shared_ptr<const ParseResult>> loaded;
};

} // namespace xphi::dsl
