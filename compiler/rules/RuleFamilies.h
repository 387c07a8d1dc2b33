// One row of a table stands for every way to spell its left side within a sum or a product.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 1 − tanh(u) is also found in tanh(u) − 1, k − k·tanh(u), v·tanh(u)/2 − v/2;
// sinh(u)/cosh(u) also in v·sinh(u)/(w·cosh(u)). A rule whose right side has a branch has no
// family.
#ifndef XPHI_COMPILER_RULES_RULEFAMILIES_H
#define XPHI_COMPILER_RULES_RULEFAMILIES_H

#include "rules/Matcher.h"

#include <vector>

namespace xphi::compiler {

/// Of the rules whose left side is a sum or difference.
void addSumFamilies(mlir::RewritePatternSet &patterns, std::vector<ReadRule> rules,
                    unsigned benefit);
/// Of the rules whose left side is a product or quotient.
void addProductFamilies(mlir::RewritePatternSet &patterns, std::vector<ReadRule> rules,
                        unsigned benefit);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RULES_RULEFAMILIES_H
