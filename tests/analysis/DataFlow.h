// What the functions of a module compute, whatever order their operations stand in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"

#include <map>
#include <string>

namespace xphi::analysis {

/// Numbers values: equal expressions of any module get the same.
class DataFlow {
public:
  /// By name of each function of bodies, a text that is equal for equal computations: operations,
  /// their inherent attributes and what they are of, from the results back. Factors may stand in
  /// either order. What is called is known by its name; where nothing is returned, as by functions
  /// of wide numbers, the first argument is what is written.
  std::map<std::string, std::string> of(mlir::ModuleOp module);

private:
  std::string ofFunction(mlir::func::FuncOp function);
  std::string ofRegion(mlir::Region &region);
  void take(mlir::Operation &op);
  unsigned numberOf(const std::string &expression);

  std::map<std::string, unsigned> known;
  llvm::DenseMap<mlir::Value, unsigned> values;
  std::map<unsigned, unsigned> memory; ///< content by address, both as numbers
  std::string lanes;                   ///< the call that goes over lanes of wide numbers
};

} // namespace xphi::analysis
