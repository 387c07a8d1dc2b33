// LowerToBody: from a function of reals to straight code of arith and fma, the body of the loop.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body takes and gives `lanes` f32 values of each input, and one f32 for each parameter. Each
// lane's result depends on that lane alone, so it has the same bits at any vector width.
//
// One rare branch, taken when any lane needs it: a "guarded" function leaves the lanes outside its
// domain to f64.
//
// Where infinity could meet zero or infinity (−∞·0), infinite inputs are replaced by numbers beyond
// every f32 and far inside f64: there a limit is simply a value, as e^x·x at −2^200 is −0.
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

  // The lanes in which some argument leaves its function's domain; null if there is no domain.
  std::optional<Mask> outside;

private:
  Number of(Value value) { return numbers.wrap(values.lookup(value)); }
  Mask maskOf(Value value) { return {&numbers, values.lookup(value)}; }

  Value evaluate(Operation &op) {
    auto operand = [&](unsigned i) { return of(op.getOperand(i)); };
    return llvm::TypeSwitch<Operation *, Value>(&op)
        .Case([&](ConstantOp c) { return numbers.constant(c.getValue().convertToDouble()).value; })
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

// Whether NaN in the input makes the result NaN by itself, so that no check is needed.
bool propagatesNan(Value value, Value input) {
  if (value == input)
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || isa<SignOp>(op))
    return op && propagatesNan(op->getOperand(0), input);
  if (auto select = dyn_cast<SelectOp>(op)) {
    // A comparison with NaN fails, so the else branch is taken.
    auto compare = select.getCondition().getDefiningOp<CompareOp>();
    bool fails = compare && compare.getPredicate() != Predicate::NotEqual &&
                 (propagatesNan(compare.getLhs(), input) || propagatesNan(compare.getRhs(), input));
    return propagatesNan(select.getElseValue(), input) &&
           (fails || propagatesNan(select.getThenValue(), input));
  }
  if (isa<CompareOp, AndOp, OrOp, NotOp, PowOp>(op))
    return false;
  return llvm::any_of(op->getOperands(),
                      [&](Value operand) { return propagatesNan(operand, input); });
}

// Whether an infinite input can make NaN: not where lines are only joined, cut and shifted.
bool mayMeetIndeterminate(func::FuncOp function) {
  return llvm::any_of(function.front().without_terminator(), [](Operation &op) {
    if (isa<MulOp>(op)) {
      std::optional<double> factor = constantValue(op.getOperand(1));
      return !factor || *factor == 0;
    }
    if (isa<AddOp, SubOp>(op))
      return !constantValue(op.getOperand(0)) && !constantValue(op.getOperand(1));
    if (auto quotient = dyn_cast<DivOp>(op))
      return !constantValue(quotient.getRhs());
    return !isa<ConstantOp, SelectOp, CompareOp, MinOp, MaxOp, AbsOp, NegOp, AndOp, OrOp, NotOp,
                SignOp, StepOp>(op);
  });
}

// Whether some operation maps a large number to a much smaller one, so that 2^200 would not come
// out as infinity. 2^500 does; a logarithm knows it (Elementary.cpp).
bool growsSlowly(func::FuncOp function) {
  return llvm::any_of(function.front().without_terminator(), [](Operation &op) {
    if (op.getNumResults() == 1 && constantValue(op.getResult(0)))
      return false;
    if (isa<PowOp>(op)) {
      std::optional<double> exponent = constantValue(op.getOperand(1));
      return !exponent || std::abs(*exponent) < 1;
    }
    return isa<LogOp, Log2Op, Log1pOp, AsinhOp, AcoshOp, SqrtOp, RsqrtOp, CbrtOp>(op);
  });
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
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      lower(function);
      function.erase();
    }
    IRRewriter rewriter(&getContext());
    for (auto body : getOperation().getOps<func::FuncOp>()) {
      DominanceInfo dominance(body);
      eliminateCommonSubExpressions(rewriter, dominance, body);
    }
  }

  void lower(func::FuncOp function) {
    OpBuilder builder(function);
    Location location = function.getLoc();
    Numbers f32(builder, location, builder.getF32Type(), lanes);
    Numbers f64(builder, location, builder.getF64Type(), lanes);

    unsigned inputs = 0;
    llvm::SmallVector<Type> types;
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      bool isParameter = bool(function.getArgAttr(i, parameterName));
      types.push_back(isParameter ? Type(f32.element) : f32.type());
      inputs += !isParameter;
    }
    auto body = func::FuncOp::create(builder, location, function.getName(),
                                     builder.getFunctionType(types, f32.type()));
    builder.setInsertionPointToEnd(body.addEntryBlock());
    llvm::SmallVector<Value> arguments(body.getArguments());
    if (lanes > 1)
      for (Value &parameter : llvm::MutableArrayRef(arguments).drop_front(inputs))
        parameter = vector::BroadcastOp::create(builder, location, f32.type(), parameter);

    auto choice = function->getAttrOfType<StringAttr>("xphi.evaluate");
    Value result = choice && choice != "f64" ? evaluateFast(function, f32, f64, arguments)
                                             : evaluateWide(function, f32, f64, arguments);

    // NaN gives NaN, even where the function only compares its input.
    Value original = function.front().getTerminator()->getOperand(0);
    Number x = f32.wrap(arguments[0]);
    if (!propagatesNan(original, function.getArgument(0)))
      result = select(isNan(x), x, f32.wrap(result)).value;
    func::ReturnOp::create(builder, location, result);
  }

  // In f32; in f64 for the lanes where an argument leaves its function's domain.
  Value evaluateFast(func::FuncOp function, const Numbers &f32, const Numbers &f64,
                     ArrayRef<Value> arguments) {
    OpBuilder &builder = f32.builder;
    Evaluation fast(function, f32, arguments);
    Number result = fast.run();
    if (!fast.outside && mayMeetIndeterminate(function))
      for (Value x : arguments.take_front(limitedInputs(function))) {
        Mask infinite = ~(abs(f32.wrap(x)) <= f32.constant(std::numeric_limits<float>::max()));
        fast.outside = fast.outside ? *fast.outside | infinite : infinite;
      }
    if (!fast.outside)
      return result.value;
    auto branch = scf::IfOp::create(builder, f32.location, result.value.getType(),
                                    any(*fast.outside), /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    Value slow = evaluateWide(function, f32, f64, arguments);
    slow = select(*fast.outside, f32.wrap(slow), result).value;
    scf::YieldOp::create(builder, f32.location, slow);
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, f32.location, result.value);
    return branch.getResult(0);
  }

  // In f64, rounded once at the end.
  Value evaluateWide(func::FuncOp function, const Numbers &f32, const Numbers &f64,
                     ArrayRef<Value> arguments) {
    OpBuilder &builder = f32.builder;
    llvm::SmallVector<Value> wide;
    for (Value argument : arguments)
      wide.push_back(arith::ExtFOp::create(builder, f32.location, f64.type(), argument));
    if (mayMeetIndeterminate(function)) {
      double standIn = growsSlowly(function) ? 0x1p500 : 0x1p200;
      for (Value &x : llvm::MutableArrayRef(wide).take_front(limitedInputs(function)))
        x = atMost(atLeast(f64.wrap(x), -standIn), standIn).value;
    }
    Number result = Evaluation(function, f64, wide).run();
    return arith::TruncFOp::create(builder, f32.location, f32.type(), result.value);
  }

  // The inputs at whose infinities the function has its limit: all but the incoming gradient.
  static unsigned limitedInputs(func::FuncOp function) {
    unsigned count = 0;
    while (count < function.getNumArguments() && function.getArgAttr(count, inputName) &&
           !function.getArgAttr(count, cotangentName))
      ++count;
    return count;
  }
};

} // namespace

std::unique_ptr<Pass> createLowerToBodyPass(unsigned lanes) {
  auto pass = std::make_unique<LowerToBody>();
  pass->lanes = lanes;
  return pass;
}

} // namespace xphi::compiler
