// LowerToBody: from a function of reals to straight code of arith and fma, the body of the loop.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body takes and gives `lanes` elements of each array, as they are stored, and one f32 for each
// parameter. Each lane's result depends on that lane alone, so it has the same bits at any vector
// width.
//
// Functions with the same `xphi.kernel` become one body with a result for each, in their order.
// Each is evaluated as if it were alone, so a result's bits do not depend on its neighbours either;
// what they share is found afterwards.
//
// One rare branch, taken when any lane needs it: a "guarded" function leaves the lanes outside its
// domain to f64, in a function of its own, so that there is one copy of it. In f64 a function that
// is "watched" knows how far each lane may be off, and leaves those that are too far to wide
// numbers. Where the result is stored in 16 bits, the lanes whose f32 value lies so close to the
// middle between two of these that its error may decide are left to f64, too.
#include "abi/OperandKind.h"
#include "analysis/Conditioning.h"
#include "dialect/Constants.h"
#include "lowering/Elementary.h"
#include "lowering/ErrorBounds.h"
#include "lowering/Evaluation.h"
#include "lowering/Growth.h"
#include "lowering/SpecialInputs.h"
#include "lowering/Storage.h"
#include "lowering/ValuesAtInfinity.h"
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

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

struct LowerToBody : PassWrapper<LowerToBody, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerToBody)
  LowerToBody() = default;
  LowerToBody(const LowerToBody &other) : PassWrapper(other), operands(other.operands) {}
  StringRef getArgument() const final { return "xphi-lower-to-body"; }
  StringRef getDescription() const final { return "Lower functions of reals to arith and fma"; }
  Option<unsigned> lanes{*this, "lanes", llvm::cl::desc("Numbers at once"), llvm::cl::init(1)};

  Option<bool> wide{*this, "wide", llvm::cl::desc("Leave what f64 cannot do to wide numbers"),
                    llvm::cl::init(false)};
  std::map<std::string, BodyOperands, std::less<>> operands; // by kernel

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

    const std::string kinds = operandKinds(name, first);
    llvm::SmallVector<Type> types, results;
    for (char kind : kinds)
      types.push_back(storedType(f32, kind));
    const std::string outputs = outputKinds(name, functions);
    for (char kind : outputs)
      results.push_back(storedType(f32, kind));
    auto body =
        func::FuncOp::create(builder, location, name, builder.getFunctionType(types, results));
    builder.setInsertionPointToEnd(body.addEntryBlock());
    llvm::SmallVector<Value> arguments = loadAll(f32, body, kinds);
    llvm::SmallVector<Evaluated> evaluated;
    const char *output = outputs.data();
    for (func::FuncOp function : functions) {
      auto choice = function->getAttrOfType<StringAttr>("xphi.evaluate");
      if (choice && (choice == "f32" || choice == "guarded"))
        evaluated.push_back(evaluateFast(function, *output, f32, arguments));
      else
        evaluated.push_back(evaluateSlow(function, *output, f32, f64, arguments));
      output += function.getNumResults();
    }
    replaceLanesOutside(evaluated, kinds, f32, f64, body);
    llvm::SmallVector<Value> values;
    for (const Evaluated &each : evaluated) {
      Number value = keepNan(each.function, f32.wrap(each.value), arguments);
      values.push_back(store(value, each.output));
      if (each.condition)
        values.push_back(
            arith::ExtUIOp::create(builder, location, storedType(f32, ByteArray), each.condition));
    }
    func::ReturnOp::create(builder, location, values);
  }

  /// Of the arguments of a kernel's functions.
  std::string operandKinds(StringRef name, func::FuncOp function) const {
    const auto found = operands.find(std::string_view(name));
    const char *input = found == operands.end() ? nullptr : found->second.inputs.data();
    std::string kinds;
    for (BlockArgument argument : function.getArguments()) {
      const unsigned i = argument.getArgNumber();
      if (function.getArgAttr(i, parameterName))
        kinds +=
            function.getArgAttr(i, channelName) ? letterOf(ElementType::F32) : char(FloatScalar);
      else if (input)
        kinds += *input++;
      else
        kinds += argument.getType().isInteger(1) ? char(ByteArray) : letterOf(ElementType::F32);
    }
    return kinds;
  }

  std::string outputKinds(StringRef name, ArrayRef<func::FuncOp> functions) const {
    if (const auto found = operands.find(std::string_view(name)); found != operands.end())
      return found->second.outputs;
    std::string kinds;
    for (func::FuncOp function : functions) {
      kinds += letterOf(ElementType::F32);
      if (function.getNumResults() == 2)
        kinds += char(ByteArray);
    }
    return kinds;
  }

  static llvm::SmallVector<Value> loadAll(const Numbers &f32, func::FuncOp body,
                                          const std::string &kinds) {
    llvm::SmallVector<Value> values;
    for (auto [argument, kind] : llvm::zip(body.getArguments(), kinds))
      values.push_back(load(f32, argument, kind));
    return values;
  }

  struct Evaluated {
    func::FuncOp function;
    char output; // what the value is stored as
    Value value;
    Value condition;             // the second result, where there is one
    std::optional<Mask> outside; // the lanes in which the value is not to be used
  };

  Evaluated evaluateFast(func::FuncOp function, char output, const Numbers &f32,
                         ArrayRef<Value> arguments) {
    Evaluation fast(function, f32, arguments);
    llvm::SmallVector<std::pair<Number, Number>> sums; // that cancel: a term, and the sum
    Number value = fast.run([&](Operation &op) {
      if (std::optional<Number> term = isNarrow(output) ? termOf(op, fast) : std::nullopt)
        sums.push_back({abs(*term), abs(fast.of(op.getResult(0)))});
    });
    Evaluated result{function, output, value.value, fast.condition(), fast.outside};
    auto leaveOutside = [&](Mask lanes) {
      result.outside = result.outside ? *result.outside | lanes : lanes;
    };
    if (std::optional<double> ulps = ulpsToDoubt(function, output)) {
      if (sums.empty()) // a step of the bits is at most an ulp, and half of one below a power of
                        // two
        leaveOutside(isNearTie(value, output, 2 * unsigned(std::ceil(*ulps)) + 1));
      for (auto [term, sum] : sums)
        leaveOutside(
            isNearTie(value, output, abs(value) * ((*ulps + 0.5) * 0x1p-23 * (term + sum)), sum));
    }
    for (unsigned i : limitedInputs(function)) {
      if (llvm::is_contained(fast.bounded, function.getArgument(i)))
        continue;
      Mask infinite =
          ~(abs(f32.wrap(arguments[i])) <= f32.constant(std::numeric_limits<float>::max()));
      result.outside = result.outside ? *result.outside | infinite : infinite;
    }
    return result;
  }

  // The largest term of what may cancel, by and large; nothing where the error is a part of the
  // value.
  static std::optional<Number> termOf(Operation &op, const Evaluation &fast) {
    if (op.hasAttr(termsName)) {
      MulOp product = fusedProduct(op);
      return fast.of(op.getOperand(product && op.getOperand(0) == product.getResult()));
    }
    const std::optional<FastFunction> function = fastFunction(&op);
    if (!function || function->term == 0)
      return std::nullopt;
    return fast.numbers.constant(function->term);
  }

  // How far the value may be off, where that must not decide between two elements: with one input
  // results are correctly rounded, with several they need not be. Nothing where f32 is exact.
  static std::optional<double> ulpsToDoubt(func::FuncOp function, char output) {
    auto estimate = function->getAttrOfType<FloatAttr>("xphi.estimate_ulp_f32");
    const double ulps = estimate ? estimate.getValueAsDouble() : 0;
    if (!isNarrow(output) || !isOfOneInput(function) || ulps == 0)
      return std::nullopt;
    return ulps;
  }

  static Number narrow(Number value, char output, const Numbers &f32) {
    return isNarrow(output) ? roundToOdd(f32, value) : f32.make<arith::TruncFOp>(value.value);
  }

  static bool isOfOneInput(func::FuncOp function) {
    unsigned inputs = 0;
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      inputs += function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName);
    return inputs == 1;
  }

  /// Whether results that are next to the middle between two elements go to wide numbers.
  bool decidesTies(func::FuncOp function, char output) {
    return wide && isNarrow(output) && isOfOneInput(function) && canBeWide(function);
  }

  bool isWatched(func::FuncOp function) {
    return wide && function->hasAttr(watchedName) && canBeWide(function);
  }

  // In f64, with lanes left to wide numbers where the function is watched.
  Evaluated evaluateSlow(func::FuncOp function, char output, const Numbers &f32, const Numbers &f64,
                         ArrayRef<Value> arguments) {
    return isWatched(function) || decidesTies(function, output)
               ? evaluateWatched(function, output, f32, f64, arguments)
               : evaluateInDouble(function, output, f32, f64, arguments);
  }

  /// Of the values whose bound is hardly ever too large when it is told by the form.
  static ErrorBounds::KnownErrors knownErrors(func::FuncOp function) {
    constexpr double mostRelative = 1 << 14, mostAbsolute = 0x1p-48;
    ErrorBounds::KnownErrors errors;
    for (const auto &[value, known] : conditioningOf(function).known)
      if (!known.ofTerms && known.relative <= mostRelative && known.absolute <= mostAbsolute &&
          !constantValue(value))
        errors[value] = {known.relative, known.absolute};
    return errors;
  }

  Evaluated evaluateWatched(func::FuncOp function, char output, const Numbers &f32,
                            const Numbers &f64, ArrayRef<Value> arguments) {
    OpBuilder &builder = f32.builder;
    llvm::SmallVector<Value> extended;
    for (Value argument : arguments)
      extended.push_back(arith::ExtFOp::create(builder, f32.location, f64.type(), argument));
    Evaluation evaluation(function, f64, extended);
    std::optional<ErrorBounds> bounds;
    auto watched = function->getAttrOfType<StringAttr>(watchedName);
    if (watched && watched == "everything")
      bounds.emplace(evaluation);
    else if ((watched && watched == "errors") ||
             (function->hasAttr(looseName) && decidesTies(function, output)))
      bounds.emplace(evaluation, knownErrors(function));
    Number result = evaluation.run([&](Operation &op) {
      if (bounds)
        bounds->add(op);
    });
    if (!bounds && !isNarrow(output))
      if (std::optional<ValuesAtInfinity> limits = valuesAtInfinity(function))
        return {function,
                output,
                withLimits(*limits, narrow(result, output, f32), arguments),
                {},
                std::nullopt};
    std::optional<Mask> doubts;
    if (bounds)
      doubts = bounds->tooLarge(function.front().getTerminator()->getOperand(0));
    if (decidesTies(function, output)) {
      Number width = 0x1p-36 * abs(result); // far more than f64 loses in one term of several
      if (bounds)
        if (auto bound = bounds->boundOf(function.front().getTerminator()->getOperand(0)))
          width = *bound + 0x1p-50 * abs(result);
      Mask ties = isNearTie(f32, result, output, width);
      doubts = doubts ? *doubts | ties : ties;
    }
    for (BlockArgument argument : function.getArguments())
      if (function->hasAttr(watchedName) && isGrowing(function, argument)) {
        Number size = abs(f32.wrap(arguments[argument.getArgNumber()]));
        Mask infinite = size > std::numeric_limits<float>::max();
        doubts = doubts ? *doubts | infinite : infinite;
      }
    Mask doubtful = *doubts;
    for (BlockArgument argument : function.getArguments()) // NaN in, NaN out, at no cost
      if (function.getArgAttr(argument.getArgNumber(), inputName))
        doubtful = doubtful & ~isNan(f32.wrap(arguments[argument.getArgNumber()]));
    Number rounded = narrow(result, output, f32);
    auto branch = scf::IfOp::create(builder, f32.location, f32.type(), any(doubtful),
                                    /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    scf::YieldOp::create(
        builder, f32.location,
        replaceByWide(function, rounded, doubtful, arguments, isNarrow(output)).value);
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, f32.location, rounded.value);
    return {function, output, branch.getResult(0), {}, std::nullopt};
  }

  // Infinite lanes of the one input that there is beside the incoming gradient.
  static Value withLimits(const ValuesAtInfinity &limits, Number value, ArrayRef<Value> arguments) {
    const Numbers &f32 = *value.numbers;
    OpBuilder &builder = f32.builder;
    Number x = f32.wrap(arguments[limits.factor && limits.factor.getArgNumber() == 0]);
    Mask infinite = abs(x) > std::numeric_limits<float>::max();
    auto branch = scf::IfOp::create(builder, f32.location, f32.type(), any(infinite),
                                    /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    Number limit = select(x > 0.0, f32.constant(limits.positive), f32.constant(limits.negative));
    if (limits.factor)
      limit = limit * f32.wrap(arguments[limits.factor.getArgNumber()]);
    scf::YieldOp::create(builder, f32.location, select(infinite, limit, value).value);
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, f32.location, value.value);
    return branch.getResult(0);
  }

  // In f64, rounded once at the end.
  Evaluated evaluateInDouble(func::FuncOp function, char output, const Numbers &f32,
                             const Numbers &f64, ArrayRef<Value> arguments) {
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
    Number rounded = narrow(result, output, f32);
    return {function, output, rounded.value, evaluation.condition(), std::nullopt};
  }

  // One branch for all results: where any lane is outside, those lanes are computed in f64.
  void replaceLanesOutside(MutableArrayRef<Evaluated> evaluated, const std::string &kinds,
                           const Numbers &f32, const Numbers &f64, func::FuncOp body) {
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
    func::FuncOp rare = emitRare(guarded, kinds, f32, f64, body);
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
  func::FuncOp emitRare(ArrayRef<Evaluated *> guarded, const std::string &kinds, const Numbers &f32,
                        const Numbers &f64, func::FuncOp body) {
    OpBuilder &builder = f32.builder;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(body);
    llvm::SmallVector<Type> types(guarded.size(), f32.type());
    auto rare =
        func::FuncOp::create(builder, f32.location, (body.getName() + ".rare").str(),
                             builder.getFunctionType(body.getFunctionType().getInputs(), types));
    rare.setPrivate();
    builder.setInsertionPointToEnd(rare.addEntryBlock());
    llvm::SmallVector<Value> arguments = loadAll(f32, rare, kinds), values;
    for (const Evaluated *each : guarded)
      values.push_back(evaluateSlow(each->function, each->output, f32, f64, arguments).value);
    func::ReturnOp::create(builder, f32.location, values);
    return rare;
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

std::unique_ptr<Pass>
createLowerToBodyPass(unsigned lanes, bool wide,
                      std::map<std::string, BodyOperands, std::less<>> operands) {
  auto pass = std::make_unique<LowerToBody>();
  pass->operands = std::move(operands);
  pass->lanes = lanes;
  pass->wide = wide;
  return pass;
}

} // namespace xphi::compiler
