// The activation library, inside the binary: lib/*.phi as they were when it was built.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Library.h"

#include <span>

namespace xphi::lib {

/// One file a function, sorted by name.
std::span<const dsl::LibraryFile> files();

/// The library over these files: each is read when it is first asked for, once a process.
const dsl::Library &library();

} // namespace xphi::lib
