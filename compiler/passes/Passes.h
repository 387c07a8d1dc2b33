// The passes on functions of reals: createSimplify() and the others of Passes.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each pass is one file and can be run alone with xphi-opt.
#ifndef XPHI_COMPILER_PASSES_PASSES_H
#define XPHI_COMPILER_PASSES_PASSES_H

#include "approx/DoubleFit.h"
#include "approx/Fit.h"
#include "dialect/Attributes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace xphi::compiler {

#define GEN_PASS_DECL
#include "XphiPasses.h.inc"

/// What is done before and after each differentiation: stable forms, so that Φ is differentiated
/// and not ½(1 + erf), and short ones, so that expressions do not swell with the order.
void addTidying(mlir::OpPassManager &passes);

/// What the arrays of a kernel hold, a letter each (abi/OperandKind.h): inputs in order, then
/// results.
struct BodyOperands {
  std::string inputs, outputs;
  bool indexed = false; ///< the body takes an index at last (IndexScalar)
  unsigned vectors = 1; ///< that the body takes at once
};

/// LowerToBody. Kernels that are not among `operands` read and write f32. `fits` are those of the
/// marked parts (lowering/FittedParts.h).
std::unique_ptr<mlir::Pass>
createLowerToBodyPass(LowerToBodyOptions options = {},
                      std::map<std::string, BodyOperands, std::less<>> operands = {},
                      std::vector<Fit> fits = {}, std::vector<DoubleFit> doubleFits = {});

/// Makes the passes known to xphi-opt by name.
void registerPasses();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_PASSES_H
