// Suggestions for misspelt names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <span>
#include <string_view>

namespace xphi::dsl {

/// The candidate that was probably meant: nearest in edits (a swap of neighbours counts as one,
/// letter case not at all) and near enough to be worth showing; empty if there is none.
std::string_view closestName(std::string_view written,
                             std::span<const std::string_view> candidates);

/// The language's name for a function that other systems call by this one (`ln` is `log`), or
/// empty.
std::string_view foreignFunction(std::string_view written);

} // namespace xphi::dsl
