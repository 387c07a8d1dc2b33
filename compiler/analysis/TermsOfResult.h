// Sums whose terms are those that the promise measures a result against.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_TERMSOFRESULT_H
#define XPHI_COMPILER_ANALYSIS_TERMSOFRESULT_H

namespace mlir {
class Operation;
} // namespace mlir

namespace xphi::compiler {

/// Whether the result is this value, chosen or with another sign.
bool isLast(mlir::Operation &op);

/// Whether the terms of this sum are among those that the promise measures the result against: of a
/// derivative, where only products follow, or also sums of which all were made by differentiation.
/// Then each is a term of the chain rule, as the truth counts them.
bool sumsTermsOfResult(mlir::Operation &sum);

/// Whether all that is made of it are products, and sums that differentiation made.
bool leadsToSlopes(mlir::Operation &op);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_TERMSOFRESULT_H
