// Sums whose terms may cancel, but usually do not, as one of them is far larger.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In softplus(a x) - softplus(a (x - 1)), below 1/2 and for a = 10, the second term is 2^-9 of the
// first, and less. Where one comparison says so of a lane, what both err by is hardly more of the
// sum than of themselves. For another a all lanes may be outside.
#ifndef XPHI_COMPILER_ANALYSIS_DOMINATEDSUM_H
#define XPHI_COMPILER_ANALYSIS_DOMINATEDSUM_H

#include "analysis/Domains.h"
#include "analysis/Estimate.h"

#include <optional>

namespace xphi::compiler {

struct DominatedSum {
  bool isFirst;  ///< the term that is larger
  int magnitude; ///< by 2^magnitude, at least

  /// As an attribute has it (signName of lowering/Evaluation.h).
  int sign() const { return (isFirst ? 1 : -1) * (1 + magnitude); }
  /// Of the sum, by those of the terms; `isMeasured` where tests know the error.
  Estimate estimate(Estimate first, Estimate second, bool isMeasured) const;
};

/// Of what usual inputs and the default parameters lead to, as far as the sum is used there. A term
/// that is zero then says nothing of other parameters.
std::optional<DominatedSum> dominatedSum(mlir::Operation &sum, const Domains &domains);

/// Whether all that is made of the operation's result are such sums, of which it is the little term
/// and the other one no tiny number: nothing is made of what underflows then, and what overflows is
/// seen.
bool isLittleInSums(mlir::Operation &op, const Domains &domains, const Estimates &estimates);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_DOMINATEDSUM_H
