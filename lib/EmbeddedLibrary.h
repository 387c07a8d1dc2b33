// The activation library, inside the binary: lib/*/*.phi as they were when it was built.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Library.h"

#include <span>
#include <string_view>
#include <vector>

namespace xphi::lib {

/// One file a function, sorted by name.
std::span<const dsl::LibraryFile> files();

/// The folders that the files lie in, file by file: "piecewise", "exponential", "smooth", "gates",
/// "random".
std::span<const std::string_view> groups();

/// A folder, what it holds, and the names of its functions in order.
struct Group {
  std::string_view name;
  std::string_view title;
  std::vector<std::string_view> functions;
};

/// Every folder, the simplest functions first.
std::vector<Group> contents();

/// The library over these files: each is read when it is first asked for, once a process.
const dsl::Library &library();

} // namespace xphi::lib
