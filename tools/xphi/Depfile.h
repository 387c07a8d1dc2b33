// What a product was made from, as make and ninja read it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "What.h"

#include <string>
#include <vector>

namespace xphi::command {

/// "out.o: f.phi lib/a.phi": the file of each WHAT, if it is one, and every file that it imports.
Result<std::string> depfile(const std::vector<std::string> &products,
                            const std::vector<What> &whats);

} // namespace xphi::command
