// A namespace of C++, a::b.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xphi::command {

/// The names between `::`, empty ones too.
std::vector<std::string> partsOfNamespace(std::string_view text);

/// What is wrong with it, or nothing: a name that is none, or is a keyword of C++.
std::string faultOfNamespace(const std::string &text);

} // namespace xphi::command
