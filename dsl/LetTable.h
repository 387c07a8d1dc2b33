// Which lets of a definition an expression depends on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A derivative sees through lets: what differentiates an expression needs the values of the lets it
// names, and of the lets those name, once more.
#pragma once

#include "dsl/Ast.h"

#include <vector>

namespace xphi::dsl {

struct BoundLet {
  uint32_t let;
  ExprId value;
};

class LetTable {
public:
  LetTable(const Program &program, const Definition &definition);

  /// In an order in which each value only names lets that come before it.
  std::vector<BoundLet> neededBy(ExprId expr) const;

private:
  const Program &program;
  std::vector<ExprId> values; ///< by let
};

/// What a definition consists of: its body and the derivatives of its clauses.
std::vector<ExprId> expressionsOf(const Definition &definition);

} // namespace xphi::dsl
