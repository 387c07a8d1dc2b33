// Straight code on doubles, as the compiler emits it, run operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Machine code has the same bits: every operation is IEEE 754's, rounded on its own.
#pragma once

#include "mlir/IR/Block.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <cstdint>
#include <string>
#include <vector>

namespace xphi::numerics {

class BodyInterpreter {
public:
  /// A block of arith and math operations on f64, i64 and i1, its arguments all f64, and of loads
  /// from tables of the module. Of an scf.if both branches are run, and the results chosen.
  BodyInterpreter(mlir::Block &block, const std::vector<mlir::Value> &results);

  /// The first operation that is not known; empty if there is none.
  const std::string &unknown() const { return unknownOperation; }

  /// The results at these arguments.
  const std::vector<double> &operator()(const std::vector<double> &arguments);

private:
  struct Step {
    std::uint64_t (*run)(std::uint64_t a, std::uint64_t b, std::uint64_t c);
    unsigned a, b, c; ///< slots of the operands
  };

  void compile(mlir::Block &block);
  void take(mlir::Value value, std::uint64_t content);

  llvm::DenseMap<mlir::Value, unsigned> places;
  llvm::DenseMap<mlir::Operation *, unsigned> steppings; ///< slots of an index and what it counts
  std::string unknownOperation;
  std::vector<Step> steps;
  std::vector<std::uint64_t> slots; ///< arguments, constants; then one result a step, in order
  std::vector<unsigned> resultSlots;
  std::size_t firstResult = 0;
  std::vector<double> results;
};

} // namespace xphi::numerics
