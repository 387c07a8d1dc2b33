// What is known of functions by their name: how steep they are, how large their products.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/KnownBounds.h"

#include "dialect/XphiDialect.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {

// For |argument| ≤ d an error is multiplied by 1 + d, or by 2 + d² where a tail decays like
// e^(−x²/2).
double domainOfSteepness(Operation &op, double most) {
  if (isa<ExpOp, Expm1Op, SigmoidOp, SoftplusOp, TanhSoftplusOp, LogisticPdfOp, TanhOp,
          MishSlopeOp>(op))
    return most - 1;
  if (isa<NormalCdfOp, NormalPdfOp, GeluOp, GeluSlopeOp>(op))
    return most > 2 ? std::sqrt(most - 2) : 0;
  return 0;
}

bool isTimesItsDensity(Operation &op) {
  return isa<MulOp>(op) && llvm::any_of(ArrayRef{0u, 1u}, [&](unsigned i) {
           Operation *density = op.getOperand(i).getDefiningOp();
           return isa_and_nonnull<LogisticPdfOp, NormalPdfOp>(density) &&
                  density->getOperand(0) == op.getOperand(1 - i);
         });
}

} // namespace xphi::compiler
