// Two comparisons a parameter, which loops have once.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/FarParameters.h"

#include "lowering/SpecialInputs.h"
#include "lowering/VectorParts.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double furthest = 0x1p8;

FloatAttr defaultOf(func::FuncOp function, BlockArgument argument) {
  const unsigned i = argument.getArgNumber();
  return function.getArgAttr(i, channelName) ? FloatAttr()
                                             : function.getArgAttrOfType<FloatAttr>(i, defaultName);
}

Mask isNear(Number parameter, double usual) {
  const Numbers &n = *parameter.numbers;
  if (usual == 0)
    return abs(parameter) <= n.constant(furthest);
  Number size = usual < 0 ? -parameter : parameter; // an infinite one is near itself alone
  return (n.constant(std::fabs(usual) / furthest) <= size) &
         (size <= n.constant(std::fabs(usual) * furthest));
}

Mask isFar(func::FuncOp function, const Numbers &f32, ArrayRef<Value> arguments) {
  std::optional<Mask> near;
  for (BlockArgument argument : function.getArguments())
    if (FloatAttr usual = defaultOf(function, argument)) {
      const Mask here =
          isNear(f32.wrap(arguments[argument.getArgNumber()]), usual.getValueAsDouble());
      near = near ? *near & here : here;
    }
  return ~*near;
}

func::FuncOp emitFar(func::FuncOp function, const Numbers &all, ArrayRef<Value> arguments,
                     const std::string &name, unsigned lanes, InFewLanes far) {
  auto module = function->getParentOfType<ModuleOp>();
  if (auto made = module.lookupSymbol<func::FuncOp>(name))
    return made;
  OpBuilder &builder = all.builder;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(function);
  const Numbers f32(builder, all.location, all.element, lanes),
      f64(builder, all.location, builder.getF64Type(), lanes);
  auto made = func::FuncOp::create(
      builder, all.location, name,
      builder.getFunctionType(typesOfLanes(ValueRange(arguments).getTypes(), lanes), f32.type()));
  made.setPrivate();
  builder.setInsertionPointToEnd(made.addEntryBlock());
  func::ReturnOp::create(builder, all.location,
                         far(f32, f64, llvm::to_vector_of<Value>(made.getArguments())));
  return made;
}

} // namespace

bool hasDefaults(func::FuncOp function) {
  return llvm::any_of(function.getArguments(),
                      [&](BlockArgument each) { return bool(defaultOf(function, each)); });
}

WatchedFor watchedNear(func::FuncOp function) {
  const WatchedFor watched = evaluationOf(function).getWatched();
  if (watched != WatchedFor::FarParameters)
    return watched;
  return limitedInputs(function).empty() ? WatchedFor::Nothing : WatchedFor::Limits;
}

Value nearOrFar(func::FuncOp function, const Numbers &f32, ArrayRef<Value> arguments, char output,
                unsigned lanes, llvm::function_ref<Value()> near, InFewLanes far) {
  OpBuilder &builder = f32.builder;
  lanes = std::min(lanes, f32.lanes);
  const std::string name = (function.getName() + ".far." + Twine(output) + Twine(lanes)).str();
  func::FuncOp there = emitFar(function, f32, arguments, name, lanes, far);
  auto branch = scf::IfOp::create(builder, f32.location, f32.type(),
                                  any(isFar(function, f32, arguments)), /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  llvm::SmallVector<Value> parts;
  for (unsigned first = 0; first < f32.lanes; first += lanes) {
    llvm::SmallVector<Value> part;
    for (Value argument : arguments)
      part.push_back(someLanes(builder, f32.location, argument, first, lanes));
    parts.push_back(func::CallOp::create(builder, f32.location, there, part).getResult(0));
  }
  scf::YieldOp::create(builder, f32.location, concatenated(builder, f32.location, parts));
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, f32.location, near());
  return branch.getResult(0);
}

} // namespace xphi::compiler
