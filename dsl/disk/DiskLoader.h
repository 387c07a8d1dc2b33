// Imports from the file system.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/FileImports.h"

namespace xphi::dsl {

/// Paths are relative to the folder of the importing file. A text that is no file, as its name in
/// angle brackets says (`<stdin>`), imports nothing. Only regular files are read, and no more of
/// one than a source text may have.
ImportedText loadFromDisk(std::string_view path, std::string_view importer);

} // namespace xphi::dsl
