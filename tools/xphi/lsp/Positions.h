// Places in a text as the protocol counts them: lines from 0, and units of UTF-16 in a line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Session.h"

#include "dsl/Source.h"

#include <string_view>

namespace xphi::command::lsp {

/// Lines end at a line feed, a carriage return, or both.
Json positionOf(std::string_view text, std::size_t offset);
Json rangeOf(std::string_view text, dsl::SourceRange range);

/// The byte; what is behind a line's end is at it, what is behind the text at its end. Throws
/// Json::exception for what is no position.
std::size_t offsetOf(std::string_view text, const Json &position);

} // namespace xphi::command::lsp
