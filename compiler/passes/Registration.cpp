// Makes the passes known to xphi-opt by name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Passes.h"

namespace xphi::compiler {

void registerPasses() {
  mlir::registerPass([] { return createSimplifyPass(); });
  mlir::registerPass([] { return createStabilisePass(); });
  mlir::registerPass([] { return createDerivePass(); });
  mlir::registerPass([] { return createResolveCallsPass(); });
  mlir::registerPass([] { return createDropCustomGradientsPass(); });
  mlir::registerPass([] { return createCotangentPass(); });
  mlir::registerPass([] { return createMarkValuesPass(); });
  mlir::registerPass([] { return createApproximatePass(); });
  mlir::registerPass([] { return createLowerToBodyPass(); });
}

} // namespace xphi::compiler
