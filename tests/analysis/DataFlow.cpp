// From operands to results, in the order of the operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/DataFlow.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <vector>

namespace xphi::analysis {

std::map<std::string, std::string> DataFlow::of(mlir::ModuleOp module) {
  std::map<std::string, std::string> functions;
  for (auto function : module.getOps<mlir::func::FuncOp>())
    functions[function.getName().str()] = ofFunction(function);
  return functions;
}

std::string DataFlow::ofFunction(mlir::func::FuncOp function) {
  values.clear();
  memory.clear();
  lanes.clear();
  const std::string results = ofRegion(function.getBody());
  std::string written;
  if (!function.isDeclaration())
    for (mlir::BlockArgument argument : function.getArguments())
      if (const auto found = memory.find(values.lookup(argument)); found != memory.end())
        written += " " + std::to_string(found->second);
  return results + written + lanes;
}

unsigned DataFlow::numberOf(const std::string &expression) {
  return known.try_emplace(expression, unsigned(known.size())).first->second;
}

std::string DataFlow::ofRegion(mlir::Region &region) {
  if (region.empty())
    return "";
  mlir::Block &block = region.front();
  for (mlir::BlockArgument argument : block.getArguments())
    values[argument] = numberOf("argument " + std::to_string(argument.getArgNumber()));
  for (mlir::Operation &op : block.without_terminator())
    take(op);
  std::string text;
  for (mlir::Value operand : block.getTerminator()->getOperands())
    text += " " + std::to_string(values.lookup(operand));
  return text;
}

void DataFlow::take(mlir::Operation &op) {
  std::vector<unsigned> operands;
  for (mlir::Value operand : op.getOperands())
    operands.push_back(values.lookup(operand));
  if (op.hasTrait<mlir::OpTrait::IsCommutative>())
    std::ranges::sort(operands);
  if (mlir::isa<mlir::math::FmaOp>(op) && operands[1] < operands[0])
    std::swap(operands[0], operands[1]);
  if (mlir::isa<mlir::LLVM::StoreOp>(op)) { // a value, and where
    memory[operands[1]] = operands[0];
    return;
  }
  auto call = mlir::dyn_cast<mlir::func::CallOp>(op);
  const bool writes = call && call.getNumResults() == 0,
             isOfLanes = call && call.getCallee() == "xphi_wide_lanes";
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << op.getName();
  if (mlir::Attribute properties = op.getPropertiesAsAttribute())
    stream << properties;
  for (mlir::Type type : op.getResultTypes())
    stream << type;
  for (const unsigned operand : llvm::ArrayRef(operands).drop_front(writes && !isOfLanes)) {
    const auto content = memory.find(operand);
    stream << " " << (content == memory.end() ? operand : content->second);
  }
  for (mlir::Region &region : op.getRegions())
    stream << " {" << ofRegion(region) << "}";
  if (isOfLanes)
    lanes += " " + std::to_string(numberOf(text));
  else if (writes)
    memory[operands.front()] = numberOf(text);
  for (mlir::OpResult result : op.getResults())
    values[result] = numberOf(text + " " + std::to_string(result.getResultNumber()));
}

} // namespace xphi::analysis
