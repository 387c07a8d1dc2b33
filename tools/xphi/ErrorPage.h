// What is to be said about an error code: for the terminal, and as a page of docs/errors/.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xphi::command {

struct Explanation {
  std::string code;
  std::string_view title, text;
  std::string picture; ///< the message that an example gives; may be empty
};

/// Of every part of xphi, in the order of the codes.
std::vector<Explanation> explanations();

/// As Markdown.
std::string errorPage(const Explanation &explanation);
/// The table of contents of all pages.
std::string errorIndex(const std::vector<Explanation> &all);

} // namespace xphi::command
