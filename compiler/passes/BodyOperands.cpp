// Draws are evaluated once, in f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/BodyOperands.h"

#include "abi/OperandKind.h"
#include "dialect/Attributes.h"
#include "lowering/Draw.h"
#include "lowering/Evaluation.h"
#include "lowering/Storage.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xphi::compiler {

std::string operandKinds(const BodyOperands *told, func::FuncOp function) {
  const char *input = told ? told->inputs.data() : nullptr;
  std::string kinds;
  for (BlockArgument argument : function.getArguments()) {
    const unsigned i = argument.getArgNumber();
    if (function.getArgAttr(i, parameterName))
      kinds += function.getArgAttr(i, channelName) ? letterOf(ElementType::F32) : char(FloatScalar);
    else if (input)
      kinds += *input++;
    else
      kinds += argument.getType().isInteger(1) ? char(ByteArray) : letterOf(ElementType::F32);
  }
  return kinds;
}

std::string outputKinds(const BodyOperands *told, ArrayRef<func::FuncOp> functions) {
  if (told)
    return told->outputs;
  std::string kinds;
  for (func::FuncOp function : functions) {
    kinds += letterOf(ElementType::F32);
    if (function.getNumResults() == 2)
      kinds += char(ByteArray);
  }
  return kinds;
}

std::string inputKinds(const std::string &kinds, func::FuncOp function) {
  std::string inputs;
  for (auto [i, kind] : llvm::enumerate(kinds))
    if (!function.getArgAttr(unsigned(i), parameterName))
      inputs += kind;
  return inputs;
}

llvm::SmallVector<Value> loadAll(const Numbers &f32, const Numbers &f64, func::FuncOp body,
                                 const std::string &kinds, ArrayRef<Draw> draws) {
  llvm::SmallVector<Value> values;
  for (auto [argument, kind] : llvm::zip(body.getArguments(), kinds))
    values.push_back(load(f32, argument, kind));
  for (const Draw &draw : draws) {
    func::FuncOp operands = draw.operands.get();
    Evaluation evaluation(
        operands, f64, extended(f32, f64, ArrayRef(values).take_front(operands.getNumArguments())));
    Number p = evaluation.run();
    Operation *terminator = operands.front().getTerminator();
    Mask mask = dropped({p, evaluation.of(terminator->getOperand(1)),
                         evaluation.of(terminator->getOperand(2)), draw.oneKey},
                        body.getArguments().back());
    values.push_back(select({&f32, mask.value}, f32.constant(1), f32.constant(0)).value);
  }
  return values;
}

llvm::SmallVector<Value> extended(const Numbers &f32, const Numbers &f64,
                                  ArrayRef<Value> arguments) {
  llvm::SmallVector<Value> wide;
  for (Value argument : arguments)
    wide.push_back(argument.getType() == f32.type()
                       ? arith::ExtFOp::create(f32.builder, f32.location, f64.type(), argument)
                       : argument);
  return wide;
}

} // namespace xphi::compiler
