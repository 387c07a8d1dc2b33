// Formatting: the same program in the one layout, comments and spellings kept.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unlike the printer, which knows only checked programs, this works on the words of the text: what
// it gives has the same words and comments in the same order (but for an `in` that a line break
// replaces, or the reverse), so it means the same. Formatting twice changes nothing more.
#pragma once

#include "dsl/Diagnostic.h"

#include <optional>
#include <string>
#include <vector>

namespace xphi::dsl {

struct FormatResult {
  std::optional<std::string> text; ///< none if the text does not follow the grammar
  std::vector<Diagnostic> diagnostics;
};

/// Names and types are not looked at.
FormatResult format(const SourceText &source);

} // namespace xphi::dsl
