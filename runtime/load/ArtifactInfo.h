// What an artifact says of itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "abi/Certificate.h"

#include <string_view>

namespace xphi {

/// Empty for what is no object. Read as events and not as a tree, because the tree's destructor
/// allocates and ends the process where there is no memory.
JsonLeaves readArtifactInfo(std::string_view json);

} // namespace xphi
