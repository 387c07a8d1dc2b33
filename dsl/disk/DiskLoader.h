// Imports from the file system.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/FileImports.h"

namespace xphi::dsl {

/// Reads `.phi` files in one folder and those below it, and nothing else wherever paths and links
/// lead: what a program may import is decided by who runs it, not by its text or its name. Paths
/// are relative to the folder of the importing file; the program's own text stands in the root.
/// Only regular files are read, and no more of one than a source text may have.
FileLoader loaderOf(std::string root);

} // namespace xphi::dsl
