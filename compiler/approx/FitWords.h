// A fit, and what is asked of one, as a line of words: all of it, for this build to read again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A certificate has less of a fit, in a form that stays: recordOf() in FitProof.h.
#pragma once

#include "approx/Fit.h"

#include <optional>
#include <string>
#include <string_view>

namespace xphi::compiler {

std::string wordsOf(const FitLimits &limits);
/// Takes its words from the front of the line.
std::optional<FitLimits> limitsOfWords(std::string_view &line);

/// Of a search: its result, which may be that there is none.
std::string wordsOf(const std::optional<Fit> &found);
/// Nothing where the words are none.
std::optional<std::optional<Fit>> foundOfWords(std::string_view words);

} // namespace xphi::compiler
