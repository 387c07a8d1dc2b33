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
// domain to f64.
//
// Where infinity could meet zero or infinity (−∞·0), infinite inputs are replaced by numbers beyond
// every f32 and far inside f64: there a limit is simply a value, as e^x·x at −2^160 is −0.
#include "dialect/Algebra.h"
#include "lowering/Elementary.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

// Evaluates the operations of `function` in one type of number.
class Evaluation {
public:
  Evaluation(func::FuncOp function, const Numbers &numbers, ValueRange arguments)
      : function(function), numbers(numbers) {
    values.map(function.getArguments(), arguments);
  }

  Number run() {
    for (Operation &op : function.front().without_terminator())
      values.map(op.getResult(0), evaluate(op));
    return of(function.front().getTerminator()->getOperand(0));
  }

  // The second result, after run(); null if there is none.
  Value condition() {
    Operation *terminator = function.front().getTerminator();
    return terminator->getNumOperands() == 2 ? values.lookup(terminator->getOperand(1)) : Value();
  }

  // The lanes in which some argument leaves its function's domain; null if there is no domain.
  std::optional<Mask> outside;

private:
  Number of(Value value) { return numbers.wrap(values.lookup(value)); }
  Mask maskOf(Value value) { return {&numbers, values.lookup(value)}; }

  Value evaluate(Operation &op) {
    if (std::optional<double> constant = constantValue(op.getResult(0)))
      return numbers.constant(*constant).value;
    auto operand = [&](unsigned i) { return of(op.getOperand(i)); };
    return llvm::TypeSwitch<Operation *, Value>(&op)
        .Case([&](AddOp) { return sum(op, /*subtract=*/false).value; })
        .Case([&](SubOp) { return sum(op, /*subtract=*/true).value; })
        .Case([&](MulOp) { return (operand(0) * operand(1)).value; })
        .Case([&](DivOp) { return (operand(0) / operand(1)).value; })
        .Case([&](PowOp) {
          return power(operand(0), operand(1), constantValue(op.getOperand(1))).value;
        })
        .Case([&](MinOp) { return extreme(operand(1) < operand(0), op).value; })
        .Case([&](MaxOp) { return extreme(operand(1) > operand(0), op).value; })
        .Case([&](SelectOp s) {
          return select(maskOf(s.getCondition()), operand(1), operand(2)).value;
        })
        .Case([&](CompareOp c) { return compare(c).value; })
        .Case([&](AndOp) { return (maskOf(op.getOperand(0)) & maskOf(op.getOperand(1))).value; })
        .Case([&](OrOp) { return (maskOf(op.getOperand(0)) | maskOf(op.getOperand(1))).value; })
        .Case([&](NotOp) { return (~maskOf(op.getOperand(0))).value; })
        .Default([&](Operation *) { return function_(op).value; });
  }

  // a ± b·c with one rounding, where the product has no other use.
  Number sum(Operation &op, bool subtract) {
    for (unsigned i : {1u, 0u}) {
      auto product = op.getOperand(i).getDefiningOp<MulOp>();
      if (!product || !product->hasOneUse())
        continue;
      Number b = of(product.getLhs()), c = of(product.getRhs()), a = of(op.getOperand(1 - i));
      if (subtract && i == 1)
        b = -b;
      return fma(b, c, subtract && i == 0 ? -a : a);
    }
    Number a = of(op.getOperand(0)), b = of(op.getOperand(1));
    return subtract ? a - b : a + b;
  }

  // min or max: the second operand where it `wins`; NaN if either is.
  Number extreme(Mask wins, Operation &op) {
    Number a = of(op.getOperand(0)), b = of(op.getOperand(1));
    if (!constantValue(op.getOperand(1)))
      wins = wins | isNan(b);
    return select(wins, b, a);
  }

  Mask compare(CompareOp op) {
    static constexpr arith::CmpFPredicate predicates[] = {
        arith::CmpFPredicate::OLT, arith::CmpFPredicate::OLE, arith::CmpFPredicate::OGT,
        arith::CmpFPredicate::OGE, arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE};
    return {&numbers, arith::CmpFOp::create(numbers.builder, numbers.location,
                                            predicates[unsigned(op.getPredicate())],
                                            of(op.getLhs()).value, of(op.getRhs()).value)};
  }

  Number function_(Operation &op) {
    Number x = of(op.getOperand(0));
    if (auto domain = op.getAttrOfType<FloatAttr>("xphi.domain"); domain && !numbers.isDouble()) {
      Mask inside = abs(x) <= numbers.constant(domain.getValueAsDouble());
      outside = outside ? *outside | ~inside : ~inside;
    }
    return elementary(&op, x);
  }

  func::FuncOp function;
  const Numbers &numbers;
  IRMapping values;
};

// Every value that depends on this argument, itself included.
llvm::DenseSet<Value> dependents(func::FuncOp function, Value argument) {
  llvm::DenseSet<Value> values{argument};
  for (Operation &op : function.front().without_terminator())
    if (llvm::any_of(op.getOperands(), [&](Value operand) { return values.contains(operand); }))
      values.insert(op.getResult(0));
  return values;
}

// Whether NaN in the input makes the result NaN by itself, so that no check is needed.
bool propagatesNan(func::FuncOp function, BlockArgument input) {
  llvm::DenseSet<Value> nan{input};
  auto isNan = [&](Value value) { return nan.contains(value); };
  // A comparison with NaN fails.
  auto fails = [&](Value condition) {
    auto compare = condition.getDefiningOp<CompareOp>();
    return compare && compare.getPredicate() != Predicate::NotEqual &&
           (isNan(compare.getLhs()) || isNan(compare.getRhs()));
  };
  for (Operation &op : function.front().without_terminator()) {
    if (isa<CompareOp, AndOp, OrOp, NotOp, PowOp>(op))
      continue;
    auto select = dyn_cast<SelectOp>(op);
    if (select ? isNan(select.getElseValue()) &&
                     (isNan(select.getThenValue()) || fails(select.getCondition()))
               : llvm::any_of(op.getOperands(), isNan))
      nan.insert(op.getResult(0));
  }
  return isNan(function.front().getTerminator()->getOperand(0));
}

// Whether infinity in this input can meet zero or infinity and make NaN, where the function has a
// limit. With another input there is no limit: 0·∞ stays what it is.
bool mayMeetIndeterminate(func::FuncOp function, BlockArgument input) {
  const llvm::DenseSet<Value> onThis = dependents(function, input);
  llvm::DenseSet<Value> onOthers;
  for (BlockArgument argument : function.getArguments())
    if (argument != input && function.getArgAttr(argument.getArgNumber(), inputName))
      onOthers.insert_range(dependents(function, argument));
  for (Operation &op : function.front().without_terminator()) {
    if (!onThis.contains(op.getResult(0)))
      continue;
    bool all =
        llvm::all_of(op.getOperands(), [&](Value operand) { return onThis.contains(operand); });
    if (isa<MulOp>(op) && op.getOperand(0) == op.getOperand(1))
      continue; // ∞² is ∞
    if (isa<MulOp>(op)) {
      Value other = op.getOperand(onThis.contains(op.getOperand(0)) ? 1 : 0);
      std::optional<double> factor = constantValue(other);
      if (all || (!onOthers.contains(other) && (!factor || *factor == 0)))
        return true;
    } else if (isa<AddOp, SubOp, DivOp>(op)) {
      if (all)
        return true;
    } else if (!isa<SelectOp, CompareOp, MinOp, MaxOp, AbsOp, NegOp, AndOp, OrOp, NotOp, SignOp,
                    StepOp>(op)) {
      return true;
    }
  }
  return false;
}

// How values grow where every input does: the exponent d of x^d, from above; bounded functions have
// 0, and exponentials, which leave every range, too.
llvm::DenseMap<Value, double> growth(func::FuncOp function) {
  llvm::DenseMap<Value, double> degrees;
  for (BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    degrees[argument] =
        function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName) ? 1 : 0;
  }
  for (Operation &op : function.front().without_terminator()) {
    auto of = [&](unsigned i) { return degrees.lookup(op.getOperand(i)); };
    degrees[op.getResult(0)] =
        llvm::TypeSwitch<Operation *, double>(&op)
            .Case([&](MulOp) { return of(0) + of(1); })
            .Case([&](DivOp) { return of(0) - of(1); })
            .Case<AddOp, SubOp, MinOp, MaxOp>([&](auto) { return std::max(of(0), of(1)); })
            .Case([&](SelectOp) { return std::max(of(1), of(2)); })
            .Case([&](SqrtOp) { return of(0) / 2; })
            .Case([&](RsqrtOp) { return -of(0) / 2; })
            .Case([&](CbrtOp) { return of(0) / 3; })
            .Case([&](PowOp power) { return of(0) * constantValue(power.getRhs()).value_or(0); })
            .Case<NegOp, AbsOp, FloorOp, CeilOp, RoundOp, SoftplusOp, GeluOp, TanhshrinkOp>(
                [&](auto) { return of(0); })
            .Default([](Operation *) { return 0; });
  }
  return degrees;
}

// A sine of something unbounded has no limit: infinity stays what it is, and gives NaN.
bool hasUnboundedAngle(func::FuncOp function) {
  llvm::DenseMap<Value, double> degrees = growth(function);
  return llvm::any_of(function.front().without_terminator(), [&](Operation &op) {
    return isa<SinOp, CosOp, TanOp>(op) && degrees.lookup(op.getOperand(0)) > 0;
  });
}

// What stands for infinity in f64: so large that the result of a function that grows or vanishes
// leaves the range of f32, and so small that products of it stay in the range of f64. A logarithm
// of 2^500 is infinite (Elementary.cpp).
double standInForInfinity(func::FuncOp function) {
  bool hasLogarithm = llvm::any_of(function.front().without_terminator(), [](Operation &op) {
    return isa<LogOp, Log2Op, Log1pOp, AsinhOp, AcoshOp>(op) && !constantValue(op.getResult(0));
  });
  double degree = growth(function).lookup(function.front().getTerminator()->getOperand(0));
  return hasLogarithm || (degree != 0 && std::abs(degree) < 0.94) ? 0x1p500 : 0x1p160;
}

struct LowerToBody : PassWrapper<LowerToBody, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerToBody)
  LowerToBody() = default;
  LowerToBody(const LowerToBody &other) : PassWrapper(other) {}
  StringRef getArgument() const final { return "xphi-lower-to-body"; }
  StringRef getDescription() const final { return "Lower functions of reals to arith and fma"; }
  Option<unsigned> lanes{*this, "lanes", llvm::cl::desc("Numbers at once"), llvm::cl::init(1)};

  void getDependentDialects(DialectRegistry &registry) const final {
    registry
        .insert<arith::ArithDialect, math::MathDialect, scf::SCFDialect, vector::VectorDialect>();
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
    llvm::SmallVector<Value> arguments(body.getArguments());
    for (Value &argument : arguments)
      if (argument.getType() == bytes) {
        Value zero = arith::ConstantOp::create(builder, location, builder.getZeroAttr(bytes));
        argument =
            arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, argument, zero);
      } else if (argument.getType() != f32.type()) {
        argument = vector::BroadcastOp::create(builder, location, f32.type(), argument);
      }

    llvm::SmallVector<Evaluated> evaluated;
    for (func::FuncOp function : functions) {
      auto choice = function->getAttrOfType<StringAttr>("xphi.evaluate");
      evaluated.push_back(choice && choice != "f64" ? evaluateFast(function, f32, arguments)
                                                    : evaluateWide(function, f32, f64, arguments));
    }
    replaceLanesOutside(evaluated, f32, f64, arguments);
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
    if (!result.outside)
      for (unsigned i : limitedInputs(function)) {
        Mask infinite =
            ~(abs(f32.wrap(arguments[i])) <= f32.constant(std::numeric_limits<float>::max()));
        result.outside = result.outside ? *result.outside | infinite : infinite;
      }
    return result;
  }

  // In f64, rounded once at the end.
  Evaluated evaluateWide(func::FuncOp function, const Numbers &f32, const Numbers &f64,
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
                           const Numbers &f64, ArrayRef<Value> arguments) {
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
    llvm::SmallVector<Type> types(guarded.size(), f32.type());
    auto branch = scf::IfOp::create(builder, f32.location, types, any(*outside), /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    llvm::SmallVector<Value> slow, fast;
    builder.setInsertionPointToEnd(branch.thenBlock());
    for (const Evaluated *each : guarded) {
      Value wide = evaluateWide(each->function, f32, f64, arguments).value;
      slow.push_back(select(*each->outside, f32.wrap(wide), f32.wrap(each->value)).value);
      fast.push_back(each->value);
    }
    scf::YieldOp::create(builder, f32.location, slow);
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, f32.location, fast);
    for (auto [each, value] : llvm::zip(guarded, branch.getResults()))
      each->value = value;
  }

  // NaN in an input gives NaN, even where the function only compares it or does not depend on it.
  static Number keepNan(func::FuncOp function, Number result, ArrayRef<Value> arguments) {
    for (BlockArgument input : function.getArguments())
      if (function.getArgAttr(input.getArgNumber(), inputName) && !input.getType().isInteger(1) &&
          !propagatesNan(function, input)) {
        Number x = result.numbers->wrap(arguments[input.getArgNumber()]);
        result = select(isNan(x), x, result);
      }
    return result;
  }

  // The inputs whose infinities are replaced: not the incoming gradient.
  static llvm::SmallVector<unsigned> limitedInputs(func::FuncOp function) {
    llvm::SmallVector<unsigned> limited;
    if (hasUnboundedAngle(function))
      return limited;
    for (BlockArgument argument : function.getArguments()) {
      unsigned i = argument.getArgNumber();
      if (function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName) &&
          !argument.getType().isInteger(1) && mayMeetIndeterminate(function, argument))
        limited.push_back(i);
    }
    return limited;
  }
};

} // namespace

std::unique_ptr<Pass> createLowerToBodyPass(unsigned lanes) {
  auto pass = std::make_unique<LowerToBody>();
  pass->lanes = lanes;
  return pass;
}

} // namespace xphi::compiler
