// Signs of values: whether the terms of a sum have one, so that they cannot cancel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_SIGNS_H
#define XPHI_COMPILER_ANALYSIS_SIGNS_H

#include "analysis/Domains.h"

namespace xphi::compiler {

/// Of a value: at least 0 for 1, at most 0 for −1, nothing known for 0.
struct KnownSign {
  int sign = 0;
  bool isCertain =
      false; ///< whatever the parameters are; else while they have their default's sign
};

/// Of all terms of a sum or difference, for the inputs for which its result is used.
KnownSign signOfTerms(mlir::Operation &sum, const Domains &domains);
/// Of one of the operation's operands, likewise.
KnownSign signOfOperand(mlir::Operation &op, unsigned i, const Domains &domains);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_SIGNS_H
