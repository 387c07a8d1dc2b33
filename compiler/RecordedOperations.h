// The operations of results that no fit vouches for, for their certificates.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_RECORDEDOPERATIONS_H
#define XPHI_COMPILER_RECORDEDOPERATIONS_H

#include "KernelModule.h"

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <string>
#include <vector>

namespace xphi::compiler {

/// Of kernels of floats that read all `inputs`, and no more, and their derivatives in these, where
/// they are few: pieces without a method among what is proved. `xphi certify` proves them, which
/// takes longer than a compile may. Of branches by parameters what `defaults` take is recorded.
void recordOperations(mlir::ModuleOp bodies, llvm::ArrayRef<std::string> inputs,
                      const std::map<std::string, double> &defaults,
                      std::vector<KernelDescription> &kernels);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RECORDEDOPERATIONS_H
