// What an artifact says of itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {

/// The leaves of a JSON object by their path, in order: {"a": [1, {"b": true}]} is "a": {"1"} and
/// "a.b": {"true"}. Empty for what is no object. Read as events and not as a tree, because the
/// tree's destructor allocates and ends the process where there is no memory.
using ArtifactInfo = std::map<std::string, std::vector<std::string>, std::less<>>;

ArtifactInfo readArtifactInfo(std::string_view json);

} // namespace xphi
