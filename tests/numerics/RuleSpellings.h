// Ways to write what a rule rewrites: the row as it stands, turned round, scaled, distributed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "rules/RuleTable.h"

#include <string>
#include <vector>

namespace xphi::numerics {

struct Spelling {
  std::string name, text; ///< an expression in x, unless it begins with `def`
};

/// Of a rule in one variable; every spelling computes a multiple of the rule's left side, perhaps
/// with something added, at one of several arguments.
std::vector<Spelling> spellingsOf(const compiler::Rule &rule);

} // namespace xphi::numerics
