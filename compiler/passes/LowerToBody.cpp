// LowerToBody: from a function of reals to straight code of arith and fma, the body of the loop.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body takes and gives `lanes` f32 values of each input, and one f32 for each parameter. Each
// lane's result depends on that lane alone, so it has the same bits at any vector width.
//
// Functions with the same `xphi.kernel` become one body with a result for each, in their order.
// Each is evaluated as if it were alone, so a result's bits do not depend on its neighbours either;
// what they share is found afterwards.
//
// One rare branch, taken when any lane needs it: a "guarded" function leaves the lanes outside its
// domain to f64, in a function of its own, so that there is one copy of it. In f64 a function that
// is "watched" knows how far each lane may be off, and leaves those that are too far to wide
// numbers.
#include "lowering/ErrorBounds.h"
#include "lowering/Evaluation.h"
#include "lowering/Growth.h"
#include "lowering/SpecialInputs.h"
#include "lowering/WideEvaluation.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/ADT/MapVector.h"

#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

struct LowerToBody : PassWrapper<LowerToBody, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerToBody)
  LowerToBody() = default;
  LowerToBody(const LowerToBody &other) : PassWrapper(other) {}
  StringRef getArgument() const final { return "xphi-lower-to-body"; }
  StringRef getDescription() const final { return "Lower functions of reals to arith and fma"; }
  Option<unsigned> lanes{*this, "lanes", llvm::cl::desc("Numbers at once"), llvm::cl::init(1)};

  Option<bool> wide{*this, "wide", llvm::cl::desc("Leave what f64 cannot do to wide numbers"),
                    llvm::cl::init(false)};

  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect, scf::SCFDialect,
                    vector::VectorDialect>();
  }

  void runOnOperation() final {
    llvm::MapVector<StringRef, llvm::SmallVector<func::FuncOp>> kernels;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto kernel = function->getAttrOfType<StringAttr>(kernelName);
      kernels[kernel ? kernel.getValue() : function.getName()].push_back(function);
    }
    for (auto &[name, functions] : kernels) {
      lower(name, functions);
      for (func::FuncOp function : functions)
        function.erase();
    }
    IRRewriter rewriter(&getContext());
    for (auto body : getOperation().getOps<func::FuncOp>()) {
      if (body.isDeclaration())
        continue;
      DominanceInfo dominance(body);
      eliminateCommonSubExpressions(rewriter, dominance, body);
    }
  }

  void lower(StringRef name, ArrayRef<func::FuncOp> functions) {
    func::FuncOp first = functions.front();
    OpBuilder builder(first);
    Location location = first.getLoc();
    Numbers f32(builder, location, builder.getF32Type(), lanes);
    Numbers f64(builder, location, builder.getF64Type(), lanes);

    // A condition is a byte outside of the body.
    const Type bytes = f32.shaped(builder.getI8Type());
    llvm::SmallVector<Type> types, results;
    for (unsigned i = 0; i < first.getNumArguments(); ++i) {
      bool isScalar = first.getArgAttr(i, parameterName) && !first.getArgAttr(i, channelName);
      bool isCondition = first.getArgument(i).getType().isInteger(1);
      types.push_back(isScalar ? Type(f32.element) : isCondition ? bytes : f32.type());
    }
    for (func::FuncOp function : functions) {
      results.push_back(f32.type());
      if (function.getNumResults() == 2)
        results.push_back(bytes);
    }
    auto body =
        func::FuncOp::create(builder, location, name, builder.getFunctionType(types, results));
    builder.setInsertionPointToEnd(body.addEntryBlock());
    llvm::SmallVector<Value> arguments = argumentsOf(body, f32);
    llvm::SmallVector<Evaluated> evaluated;
    for (func::FuncOp function : functions) {
      auto choice = function->getAttrOfType<StringAttr>("xphi.evaluate");
      if (choice && (choice == "f32" || choice == "guarded"))
        evaluated.push_back(evaluateFast(function, f32, arguments));
      else
        evaluated.push_back(evaluateSlow(function, f32, f64, arguments));
    }
    replaceLanesOutside(evaluated, f32, f64, body);
    llvm::SmallVector<Value> values;
    for (const Evaluated &each : evaluated) {
      values.push_back(keepNan(each.function, f32.wrap(each.value), arguments).value);
      if (each.condition)
        values.push_back(arith::ExtUIOp::create(builder, location, bytes, each.condition));
    }
    func::ReturnOp::create(builder, location, values);
  }

  struct Evaluated {
    func::FuncOp function;
    Value value;
    Value condition;             // the second result, where there is one
    std::optional<Mask> outside; // the lanes in which the value is not to be used
  };

  Evaluated evaluateFast(func::FuncOp function, const Numbers &f32, ArrayRef<Value> arguments) {
    Evaluation fast(function, f32, arguments);
    Evaluated result{function, fast.run().value, fast.condition(), fast.outside};
    for (unsigned i : limitedInputs(function)) {
      if (llvm::is_contained(fast.bounded, function.getArgument(i)))
        continue;
      Mask infinite =
          ~(abs(f32.wrap(arguments[i])) <= f32.constant(std::numeric_limits<float>::max()));
      result.outside = result.outside ? *result.outside | infinite : infinite;
    }
    return result;
  }

  bool isWatched(func::FuncOp function) {
    return wide && function->hasAttr(watchedName) && canBeWide(function);
  }

  // In f64, with lanes left to wide numbers where the function is watched.
  Evaluated evaluateSlow(func::FuncOp function, const Numbers &f32, const Numbers &f64,
                         ArrayRef<Value> arguments) {
    return isWatched(function) ? evaluateWatched(function, f32, f64, arguments)
                               : evaluateInDouble(function, f32, f64, arguments);
  }

  Evaluated evaluateWatched(func::FuncOp function, const Numbers &f32, const Numbers &f64,
                            ArrayRef<Value> arguments) {
    OpBuilder &builder = f32.builder;
    llvm::SmallVector<Value> extended;
    for (Value argument : arguments)
      extended.push_back(arith::ExtFOp::create(builder, f32.location, f64.type(), argument));
    Evaluation evaluation(function, f64, extended);
    std::optional<ErrorBounds> bounds;
    if (function->getAttrOfType<StringAttr>(watchedName) == "errors")
      bounds.emplace(evaluation);
    Number result = evaluation.run([&](Operation &op) {
      if (bounds)
        bounds->add(op);
    });
    std::optional<Mask> doubts;
    if (bounds)
      doubts = bounds->tooLarge(function.front().getTerminator()->getOperand(0));
    for (BlockArgument argument : function.getArguments())
      if (isGrowing(function, argument)) {
        Number size = abs(f32.wrap(arguments[argument.getArgNumber()]));
        Mask infinite = size > std::numeric_limits<float>::max();
        doubts = doubts ? *doubts | infinite : infinite;
      }
    Mask doubtful = *doubts;
    for (BlockArgument argument : function.getArguments()) // NaN in, NaN out, at no cost
      if (function.getArgAttr(argument.getArgNumber(), inputName))
        doubtful = doubtful & ~isNan(f32.wrap(arguments[argument.getArgNumber()]));
    Number rounded = f32.make<arith::TruncFOp>(result.value);
    auto branch = scf::IfOp::create(builder, f32.location, f32.type(), any(doubtful),
                                    /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    scf::YieldOp::create(builder, f32.location,
                         replaceByWide(function, rounded, doubtful, arguments).value);
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, f32.location, rounded.value);
    return {function, branch.getResult(0), {}, std::nullopt};
  }

  // In f64, rounded once at the end.
  Evaluated evaluateInDouble(func::FuncOp function, const Numbers &f32, const Numbers &f64,
                             ArrayRef<Value> arguments) {
    OpBuilder &builder = f32.builder;
    llvm::SmallVector<Value> wide;
    for (Value argument : arguments)
      wide.push_back(argument.getType() == f32.type()
                         ? arith::ExtFOp::create(builder, f32.location, f64.type(), argument)
                         : argument);
    const double standIn = standInForInfinity(function);
    for (unsigned i : limitedInputs(function))
      wide[i] = atMost(atLeast(f64.wrap(wide[i]), -standIn), standIn).value;
    Evaluation evaluation(function, f64, wide);
    Number result = evaluation.run();
    Value rounded = arith::TruncFOp::create(builder, f32.location, f32.type(), result.value);
    return {function, rounded, evaluation.condition(), std::nullopt};
  }

  // One branch for all results: where any lane is outside, those lanes are computed in f64.
  void replaceLanesOutside(MutableArrayRef<Evaluated> evaluated, const Numbers &f32,
                           const Numbers &f64, func::FuncOp body) {
    llvm::SmallVector<Evaluated *> guarded;
    std::optional<Mask> outside;
    for (Evaluated &each : evaluated)
      if (each.outside) {
        guarded.push_back(&each);
        outside = outside ? *outside | *each.outside : *each.outside;
      }
    if (!outside)
      return;
    OpBuilder &builder = f32.builder;
    func::FuncOp rare = emitRare(guarded, f32, f64, body);
    llvm::SmallVector<Type> types(guarded.size(), f32.type());
    auto branch = scf::IfOp::create(builder, f32.location, types, any(*outside), /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    llvm::SmallVector<Value> slow, fast;
    builder.setInsertionPointToEnd(branch.thenBlock());
    auto call = func::CallOp::create(builder, f32.location, rare, body.getArguments());
    for (auto [each, value] : llvm::zip(guarded, call.getResults())) {
      slow.push_back(select(*each->outside, f32.wrap(value), f32.wrap(each->value)).value);
      fast.push_back(each->value);
    }
    scf::YieldOp::create(builder, f32.location, slow);
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, f32.location, fast);
    for (auto [each, value] : llvm::zip(guarded, branch.getResults()))
      each->value = value;
  }

  // The guarded functions in f64, as a function of what the body takes.
  func::FuncOp emitRare(ArrayRef<Evaluated *> guarded, const Numbers &f32, const Numbers &f64,
                        func::FuncOp body) {
    OpBuilder &builder = f32.builder;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(body);
    llvm::SmallVector<Type> types(guarded.size(), f32.type());
    auto rare =
        func::FuncOp::create(builder, f32.location, (body.getName() + ".rare").str(),
                             builder.getFunctionType(body.getFunctionType().getInputs(), types));
    rare.setPrivate();
    builder.setInsertionPointToEnd(rare.addEntryBlock());
    llvm::SmallVector<Value> arguments = argumentsOf(rare, f32), values;
    for (const Evaluated *each : guarded)
      values.push_back(evaluateSlow(each->function, f32, f64, arguments).value);
    func::ReturnOp::create(builder, f32.location, values);
    return rare;
  }

  // What the body takes, as the function's: lanes of numbers, and conditions.
  static llvm::SmallVector<Value> argumentsOf(func::FuncOp body, const Numbers &f32) {
    OpBuilder &builder = f32.builder;
    const Location location = f32.location;
    const Type bytes = f32.shaped(builder.getI8Type());
    llvm::SmallVector<Value> arguments(body.getArguments());
    for (Value &argument : arguments)
      if (argument.getType() == bytes) {
        Value zero = arith::ConstantOp::create(builder, location, builder.getZeroAttr(bytes));
        argument =
            arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, argument, zero);
      } else if (argument.getType() != f32.type()) {
        argument = vector::BroadcastOp::create(builder, location, f32.type(), argument);
      }

    return arguments;
  }

  // NaN in an input gives NaN, even where the function only compares it or does not depend on it.
  // Two inputs take one comparison: their sum is NaN where either is.
  static Number keepNan(func::FuncOp function, Number result, ArrayRef<Value> arguments) {
    const Numbers &n = *result.numbers;
    llvm::SmallVector<Number> lost;
    for (BlockArgument input : function.getArguments())
      if (function.getArgAttr(input.getArgNumber(), inputName) && !input.getType().isInteger(1) &&
          !propagatesNan(function, input))
        lost.push_back(n.wrap(arguments[input.getArgNumber()]));
    for (unsigned i = 0; i + 1 < lost.size(); i += 2) {
      Number a = lost[i], b = lost[i + 1];
      Mask either{&n, arith::CmpFOp::create(n.builder, n.location, arith::CmpFPredicate::UNO,
                                            a.value, b.value)};
      result = select(either, a + b, result);
    }
    if (lost.size() % 2 == 1)
      result = select(isNan(lost.back()), lost.back(), result);
    return result;
  }
};

} // namespace

std::unique_ptr<Pass> createLowerToBodyPass(unsigned lanes, bool wide) {
  auto pass = std::make_unique<LowerToBody>();
  pass->lanes = lanes;
  pass->wide = wide;
  return pass;
}

} // namespace xphi::compiler
