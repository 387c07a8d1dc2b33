// LowerToBody: from a function of reals to straight code of arith and fma, the body of the loop.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body takes and gives `lanes` elements of each array, half as many with f64 among them, as
// they are stored, and one f32 for each parameter. Each lane's result depends on that lane alone,
// so it has the same bits at any vector width.
//
// Functions of the same `xphi.kernel` become one body with a result for each, in their order.
// Each is evaluated as if it were alone: what they share is found afterwards.
//
// One rare branch, taken when any lane needs it: a "guarded" function leaves the lanes outside its
// domain to f64, in a function of its own, so that there is one copy of it. In f64 a function that
// is "watched" knows how far each lane may be off, and leaves those that are too far to wide
// numbers. What is drawn for an element comes in as a number, 1 where it is dropped: it is computed
// once, in f64, for all that is evaluated of that element. Where the result is stored in 16 bits or
// fewer, the lanes whose f32 value lies so close to the middle between two of these that its error
// may decide are left to f64, too.
//
// With an array of f64 among them all are evaluated in f64 and in wide numbers.
#include "abi/OperandKind.h"
#include "analysis/Arithmetic.h"
#include "analysis/ErrorEstimate.h"
#include "analysis/FastCost.h"
#include "analysis/InOutput.h"
#include "dialect/Constants.h"
#include "dialect/ExactForm.h"
#include "lowering/BesideZero.h"
#include "lowering/ChosenElements.h"
#include "lowering/Doubts.h"
#include "lowering/Draw.h"
#include "lowering/Elementary.h"
#include "lowering/ErrorBounds.h"
#include "lowering/Evaluation.h"
#include "lowering/FarParameters.h"
#include "lowering/FittedParts.h"
#include "lowering/Growth.h"
#include "lowering/Halves.h"
#include "lowering/OrderedQuotient.h"
#include "lowering/PairEvaluation.h"
#include "lowering/SignOfZero.h"
#include "lowering/SpecialInputs.h"
#include "lowering/Storage.h"
#include "lowering/ValuesAtInfinity.h"
#include "lowering/VectorParts.h"
#include "lowering/WideEvaluation.h"
#include "lowering/ZeroOfParameters.h"
#include "passes/AlikeFunctions.h"
#include "passes/BodyOperands.h"
#include "passes/Decisions.h"
#include "passes/Defaults.h"
#include "passes/DoubleEvaluation.h"
#include "passes/KnownErrors.h"
#include "passes/KnownNans.h"
#include "passes/Passes.h"
#include "passes/ShareDivisions.h"
#include "passes/TakenDraws.h"

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

#define GEN_PASS_DEF_LOWERTOBODY
#include "XphiPasses.h.inc"

namespace {

struct LowerToBody : impl::LowerToBodyBase<LowerToBody> {
  using Base::Base;

  std::map<std::string, BodyOperands, std::less<>> operands; // by kernel
  std::vector<Fit> fits;
  std::vector<DoubleFit> doubleFits;
  llvm::MapVector<StringRef, func::FuncOp> byDefault; // by the function whose parameters they are

  void runOnOperation() final {
    byDefault.clear();
    llvm::MapVector<StringRef, llvm::SmallVector<func::FuncOp>> kernels;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (StringRef what = undecided(function, fits, doubleFits.size()); !what.empty()) {
        function.emitError(what);
        return signalPassFailure();
      }
      if (auto other = said<DefaultsAttr>(function, defaultsName)) {
        byDefault[other.getOf().getValue()] = function;
        continue;
      }
      auto kernel = said<StringAttr>(function, kernelName);
      kernels[kernel ? kernel.getValue() : function.getName()].push_back(function);
    }
    for (auto &[name, functions] : kernels) {
      lower(name, functions);
      for (func::FuncOp function : functions)
        function.erase();
    }
    for (auto &[name, function] : byDefault)
      function.erase();
    IRRewriter rewriter(&getContext());
    for (auto body : getOperation().getOps<func::FuncOp>()) {
      if (body.isDeclaration())
        continue;
      DominanceInfo dominance(body);
      eliminateCommonSubExpressions(rewriter, dominance, body);
      shareDivisions(body);
    }
  }

  void lower(StringRef name, ArrayRef<func::FuncOp> functions) {
    func::FuncOp first = functions.front();
    OpBuilder builder(first);
    Location location = first.getLoc();
    const std::string kinds = operandKinds(told(name), first),
                      outputs = outputKinds(told(name), functions);
    const llvm::SmallVector<Draw> draws = takeDraws(functions);
    // As LoopSignature has it.
    const unsigned count =
        lanesOf(lanes, inputKinds(kinds, first) + outputs, isIndexed(name, draws));
    if (draws.empty() && !isIndexed(name, draws) &&
        emitOfElements(name, functions, kinds, outputs, count))
      return;
    const unsigned inVector = std::min<unsigned>(count, lanes), atOnce = inVector * vectorsOf(name);
    // Of 16 bits all inputs are tried with what other targets have.
    const bool areFloats = outputs.find_first_not_of(letterOf(ElementType::F32)) == outputs.npos;
    const Numbers f32(builder, location, builder.getF32Type(), atOnce, ofAvx2 && areFloats),
        f64(builder, location, builder.getF64Type(), atOnce);
    const Emission emission{name, functions, kinds, outputs, draws, f32, f64};
    if (count > inVector)
      emitAsHalves(emission, *typeOf(outputs.front()));
    else
      emitBody(emission, name.str());
  }

  /// What a body is made from.
  struct Emission {
    StringRef name;
    ArrayRef<func::FuncOp> functions;
    const std::string &kinds, &outputs;
    ArrayRef<Draw> draws;
    const Numbers &f32, &f64;
  };

  /// With one branch for both halves, where the first choice is f32.
  void emitAsHalves(const Emission &emission, ElementType type) {
    const StringRef name = emission.name;
    const auto hasDefaults = [&](func::FuncOp each) { return byDefault.contains(each.getName()); };
    // Parameters of channels differ by lane.
    const bool hasChannels = emission.kinds.find(letterOf(ElementType::F32)) != std::string::npos;
    if (!llvm::all_of(emission.functions, [&](func::FuncOp each) {
          return hasDefaults(each) ? !hasChannels : evaluationOf(each).hasFits();
        })) {
      emitOfHalves(emitBody(emission, (name + "_half").str()), name, type);
      return;
    }
    UsualHalf usual;
    usual.half = emitBody(emission, (name + "_half").str(), &usual);
    if (llvm::any_of(emission.functions, hasDefaults)) {
      usual.other = emitBody(emission, (name + "_other").str());
      usual.isOther = [&](const Numbers &scalar, ValueRange arguments) {
        return isOtherThanUsual(emission, scalar, llvm::to_vector(arguments));
      };
    }
    if (usual.outside)
      usual.complete = emitBody(emission, (name + ".half").str());
    emitOfHalves(usual, name, type);
  }

  /// Whether a parameter of any is not what it is by default.
  Value isOtherThanUsual(const Emission &of, const Numbers &numbers, ArrayRef<Value> arguments) {
    std::optional<Mask> result;
    for (func::FuncOp function : of.functions)
      if (func::FuncOp usual = byDefault.lookup(function.getName())) {
        const Mask other = *isOther(function, defaultsOf(usual), numbers, arguments);
        result = result ? *result | other : other;
      }
    return result->value;
  }

  /// With the lanes outside in f64, unless they are `left`, and parameters are what they are by
  /// default.
  func::FuncOp emitBody(const Emission &of, const std::string &bodyName,
                        UsualHalf *left = nullptr) {
    const auto &[name, functions, kinds, outputs, draws, f32, f64] = of;
    OpBuilder &builder = f32.builder;
    const Location location = f32.location;
    const bool inDoubles = hasDoubles(kinds + outputs);
    builder.setInsertionPoint(func::FuncOp(functions.front()));
    llvm::SmallVector<Type> types, results;
    for (char kind : kinds)
      types.push_back(storedType(f32, kind));
    if (isIndexed(name, draws))
      types.push_back(builder.getI64Type());
    for (char kind : outputs)
      results.push_back(storedType(f32, kind));
    auto body =
        func::FuncOp::create(builder, location, bodyName, builder.getFunctionType(types, results));
    builder.setInsertionPointToEnd(body.addEntryBlock());
    llvm::SmallVector<Value> arguments = loadAll(f32, f64, body, kinds, draws);
    if (inDoubles)
      arguments = extended(f32, f64, arguments);
    llvm::SmallVector<Evaluated> evaluated;
    llvm::SmallVector<size_t> places; // of each function's value
    const char *output = outputs.data();
    for (auto [i, each] : llvm::enumerate(functions)) {
      func::FuncOp function = each;
      if (const size_t first = firstAlike(i, functions, outputs, byDefault); first != i) {
        places.push_back(places[first]);
        ++output;
        continue;
      }
      places.push_back(evaluated.size());
      if (inDoubles)
        evaluated.push_back(evaluateToDouble(function, *output, f32, f64, arguments));
      else if (func::FuncOp usual = byDefault.lookup(function.getName()))
        evaluated.push_back(
            left ? evaluateWithDefaults(function, usual, kinds, *output, f32, arguments)
                 : evaluateUsual(function, usual, kinds, *output, f32, f64, arguments));
      else
        evaluated.push_back(evaluateAsChosen(function, *output, f32, f64, arguments));
      output += function.getNumResults();
    }
    if (left) {
      const std::optional<Mask> outside = outsideOf(evaluated);
      left->loaded = arguments;
      left->outside = outside ? outside->value : Value();
    } else {
      replaceLanesOutside(evaluated, kinds, draws, f32, f64, body);
    }
    llvm::SmallVector<llvm::SmallVector<Value>> stored;
    for (const Evaluated &each : evaluated) {
      llvm::SmallVector<Value> &values = stored.emplace_back();
      const Numbers &n = inDoubles ? f64 : f32;
      Number value = keepNan(each.function, n.wrap(each.value), arguments, isNarrow(each.output));
      if (inDoubles && !isDouble(each.output))
        value = narrow(value, each.output, f32);
      values.push_back(
          isChosen(each.function, kinds, each.output)
              ? storeElement(value, each.output)
              : store(value, each.output,
                      {each.hasShortNans || hasShortNans(value.value, kinds), each.ties}));
      if (each.condition)
        values.push_back(
            arith::ExtUIOp::create(builder, location, storedType(f32, ByteArray), each.condition));
    }
    llvm::SmallVector<Value> values;
    for (const size_t place : places)
      llvm::append_range(values, stored[place]);
    func::ReturnOp::create(builder, location, values);
    return body;
  }

  /// As the pass was told; else of f32.
  const BodyOperands *told(StringRef name) const {
    const auto found = operands.find(std::string_view(name));
    return found == operands.end() ? nullptr : &found->second;
  }

  bool isIndexed(StringRef name, ArrayRef<Draw> draws) const {
    const BodyOperands *kernel = told(name);
    return kernel ? kernel->indexed : !draws.empty();
  }

  unsigned vectorsOf(StringRef name) const {
    const BodyOperands *kernel = told(name);
    return kernel ? kernel->vectors : 1;
  }

  struct Evaluated {
    func::FuncOp function;
    char output; // what the value is stored as
    Value value;
    Value condition;             // the second result, where there is one
    std::optional<Mask> outside; // the lanes in which the value is not to be used
    Fit::Ties ties = Fit::Ties::ToEven;
    bool hasShortNans = false; // as Storage.h has it
  };

  static Evaluated of(func::FuncOp function, char output, Value value, Value condition = {}) {
    return {function, output, value, condition, std::nullopt};
  }

  Evaluated evaluateAsChosen(func::FuncOp function, char output, const Numbers &f32,
                             const Numbers &f64, ArrayRef<Value> arguments) {
    return evaluationOf(function).hasFits() ? evaluateFast(function, output, f32, arguments)
                                            : evaluateSlow(function, output, f32, f64, arguments);
  }

  Evaluated evaluateWithDefaults(func::FuncOp function, func::FuncOp usual,
                                 const std::string &kinds, char output, const Numbers &f32,
                                 ArrayRef<Value> arguments) {
    llvm::SmallVector<Value> inputs;
    std::string inputKinds;
    for (auto [i, argument] : llvm::enumerate(arguments))
      if (!function.getArgAttr(unsigned(i), parameterName)) {
        inputs.push_back(argument);
        inputKinds += kinds[i];
      }
    Evaluated result = evaluateFast(usual, output, f32, inputs);
    result.function = function;
    result.hasShortNans = hasShortNans(result.value, inputKinds);
    return result;
  }

  // One of two ways, the same in all lanes: as `usual` where parameters are what it has for them.
  Evaluated evaluateUsual(func::FuncOp function, func::FuncOp usual, const std::string &kinds,
                          char output, const Numbers &f32, const Numbers &f64,
                          ArrayRef<Value> arguments) {
    OpBuilder &builder = f32.builder;
    const Mask other = *isOther(function, defaultsOf(usual), f32, arguments),
               none = isNan(f32.constant(0));
    auto branch = scf::IfOp::create(builder, f32.location,
                                    TypeRange{f32.type(), none.value.getType()}, any(other),
                                    /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    auto end = [&](const Evaluated &each, Value value) {
      scf::YieldOp::create(builder, f32.location,
                           ValueRange{value, each.outside.value_or(none).value});
    };
    builder.setInsertionPointToEnd(branch.elseBlock());
    const Evaluated usually = evaluateWithDefaults(function, usual, kinds, output, f32, arguments);
    end(usually, usually.value);
    builder.setInsertionPointToEnd(branch.thenBlock());
    const Evaluated otherwise = evaluateAsChosen(function, output, f32, f64, arguments);
    // An element is no tie, and has short NaNs.
    end(otherwise, load(f32, store(f32.wrap(otherwise.value), output), output));
    return {function,
            output,
            branch.getResult(0),
            {},
            Mask{&f32, branch.getResult(1)},
            usually.ties,
            usually.hasShortNans};
  }

  Evaluated evaluateFast(func::FuncOp function, char output, const Numbers &f32,
                         ArrayRef<Value> arguments) {
    if (std::optional<FittedValue> pairs = evaluateInPairs(function, fits, f32, arguments, output))
      return {function, output, pairs->value.value, {}, pairs->outside};
    Evaluation fast(function, f32, arguments, fits);
    llvm::SmallVector<std::pair<Number, Number>> sums; // that cancel: a term, and the sum
    Number value = fast.run([&](Operation &op) {
      if (std::optional<Number> term = isNarrow(output) ? termOf(op, fast) : std::nullopt)
        sums.push_back({abs(*term), abs(fast.of(op.getResult(0)))});
    });
    Evaluated result{function,     output,
                     value.value,  fast.condition(),
                     fast.outside, isNarrow(output) ? tiesOf(function) : Fit::Ties::ToEven};
    if (const std::optional<SettledTies> settled =
            settleDoubts(function, value, output, sums, arguments)) {
      result.value = settled->value.value;
      joinTo(result.outside, settled->open);
    }
    if (result.outside)
      result.outside = butKnownNans(*result.outside, function, fast);
    for (unsigned i : limitedInputs(function)) {
      // Infinities were tried, too.
      if (llvm::is_contained(fast.bounded, function.getArgument(i)) ||
          isOnlyInOrder(function.getArgument(i)) || evaluationOf(function).getInfinities() ||
          (isNarrow(output) && evaluationOf(function).getTried()))
        continue;
      joinTo(result.outside,
             ~(abs(f32.wrap(arguments[i])) <= f32.constant(std::numeric_limits<float>::max())));
    }
    return result;
  }

  static Number narrow(Number value, char output, const Numbers &f32) {
    return isNarrow(output) ? roundToOdd(f32, value) : f32.make<arith::TruncFOp>(value.value);
  }

  /// Whether results that are next to the middle between two elements go to wide numbers.
  bool decidesTies(func::FuncOp function, char output) {
    const bool nearest = isNarrow(output) ? isOfOneInput(function) : promised(function).getExact();
    return wide && nearest && canBeWide(function);
  }

  bool isWatched(func::FuncOp function) {
    return wide && watchedNear(function) != WatchedFor::Nothing && canBeWide(function);
  }

  // In f64, with lanes left to wide numbers where the function is watched.
  Evaluated evaluateSlow(func::FuncOp function, char output, const Numbers &f32, const Numbers &f64,
                         ArrayRef<Value> arguments) {
    auto near = [&] {
      return isWatched(function) || decidesTies(function, output)
                 ? evaluateWatched(function, watchedNear(function), output, f32, f64, arguments)
                 : evaluateInDouble(function, output, f32, f64, arguments);
    };
    if (!wide || evaluationOf(function).getWatched() != WatchedFor::FarParameters ||
        !canBeWide(function))
      return near();
    auto far = [&](const Numbers &few, const Numbers &fewDoubles, ArrayRef<Value> there) {
      return evaluateWatched(function, WatchedFor::Errors, output, few, fewDoubles, there).value;
    };
    return of(function, output,
              nearOrFar(
                  function, f32, arguments, output, std::max(lanes / 2, 1u),
                  [&] { return near().value; }, far));
  }

  Evaluated evaluateWatched(func::FuncOp function, WatchedFor watched, char output,
                            const Numbers &f32, const Numbers &f64, ArrayRef<Value> arguments) {
    const llvm::SmallVector<Value> inDoubles = extended(f32, f64, arguments);
    Value wanted = function.front().getTerminator()->getOperand(0);
    Evaluation evaluation(function, f64, inDoubles);
    const bool decides = decidesTies(function, output),
               watchesAll = watched == WatchedFor::Everything,
               watchesErrors = watchesAll || watched == WatchedFor::Errors ||
                               (evaluationOf(function).getLoose() && decides);
    std::optional<ErrorBounds> bounds;
    if (decides && mayBeArithmetic(function))
      bounds.emplace(evaluation, ErrorBounds::KnownErrors(), ErrorBounds::Rounding::Own);
    else if (watchesErrors)
      bounds.emplace(evaluation, watchesAll ? ErrorBounds::KnownErrors() : knownErrors(function));
    Number result = evaluation.run([&](Operation &op) {
      if (bounds)
        bounds->add(op);
    });
    if (!bounds && !isNarrow(output))
      if (std::optional<ValuesAtInfinity> limits = valuesAtInfinity(function))
        return of(function, output, withLimits(*limits, narrow(result, output, f32), arguments));
    std::optional<Mask> doubts = besideZeroOfParameters(function, evaluation);
    if (watchesErrors)
      doubts = bounds->tooLarge(wanted, 0.5 * std::min(promisedUlps(function), 4.0));
    if (decides) {
      Number width = 0x1p-36 * abs(result); // far more than f64 loses in one term of several
      if (bounds) {
        Number error = bounds->boundOf(wanted).value_or(f64.constant(0));
        width = select(error == 0.0, error, error + 0x1p-50 * abs(result));
      }
      Mask ties = isNearTie(f32, result, output, width);
      doubts = doubts ? *doubts | ties : ties;
    }
    for (BlockArgument argument : function.getArguments())
      if (watched != WatchedFor::Nothing && isGrowing(function, argument)) {
        Number size = abs(f32.wrap(arguments[argument.getArgNumber()]));
        Mask infinite = size > std::numeric_limits<float>::max();
        doubts = doubts ? *doubts | infinite : infinite;
      }
    Mask doubtful = butKnownNans(*doubts, function, evaluation);
    if (const auto line = besideZero(function, fits, f64, inDoubles)) {
      doubtful = doubtful & ~line->first;
      result = select(line->first, line->second, result);
    }
    for (BlockArgument argument : function.getArguments()) // NaN in, NaN out, at no cost
      if (function.getArgAttr(argument.getArgNumber(), inputName))
        doubtful = doubtful & ~isNan(f32.wrap(arguments[argument.getArgNumber()]));
    if (decides && !isNarrow(output)) {
      const ToDouble known = decideInPairs({result, doubtful}, function, output, f32, inDoubles);
      result = known.value;
      doubtful = known.doubtful;
    }
    Number right = replaceDoubtful(function, result, doubtful, inDoubles, /*toOdd=*/true);
    auto rounded = [&](Number each) { return narrow(each, output, f32); };
    if (!bounds && evaluationOf(function).getNumbers() == EvaluatedIn::F64)
      right = rightBesideZero(function, evaluation, right, rounded, inDoubles, arguments);
    if (decides && !isNarrow(output) && isOfOneInput(function))
      right = withSignBesideZero(function, right, inDoubles);
    return of(function, output, rounded(right).value);
  }

  // Of arrays of f64: what is stored shorter is rounded to odd first.
  Evaluated evaluateToDouble(func::FuncOp function, char output, const Numbers &f32,
                             const Numbers &f64, ArrayRef<Value> arguments) {
    if (!wide || !canBeWide(function))
      return of(function, output, Evaluation(function, f64, arguments).run().value);
    const ToDouble result =
        compiler::evaluateToDouble(function, output, doubleFits, f32, f64, arguments);
    return of(function, output,
              replaceDoubtful(function, result.value, result.doubtful, arguments, !isDouble(output))
                  .value);
  }

  // In f64, rounded once at the end.
  Evaluated evaluateInDouble(func::FuncOp function, char output, const Numbers &f32,
                             const Numbers &f64, ArrayRef<Value> arguments) {
    const llvm::SmallVector<Value> inDoubles = extended(f32, f64, arguments);
    llvm::SmallVector<Value> limited = inDoubles;
    const double standIn = standInForInfinity(function);
    for (unsigned i : limitedInputs(function))
      limited[i] = atMost(atLeast(f64.wrap(limited[i]), -standIn), standIn).value;
    Evaluation evaluation(function, f64, limited);
    Number result = evaluation.run();
    auto rounded = [&](Number each) { return narrow(each, output, f32); };
    if (wide)
      result = rightBesideZero(function, evaluation, result, rounded, inDoubles, arguments);
    return of(function, output, rounded(result).value, evaluation.condition());
  }

  static std::optional<Mask> outsideOf(ArrayRef<Evaluated> evaluated) {
    std::optional<Mask> outside;
    for (const Evaluated &each : evaluated)
      if (each.outside)
        joinTo(outside, *each.outside);
    return outside;
  }

  // Tails are, and what is long: two calls take a function more. Ties and lanes in doubt of 16 bits
  // are more than a few, and so it would be a half slower; far parameters have halves of their own.
  bool isMadeOfHalves(ArrayRef<Evaluated *> rare) {
    constexpr double longCost = 140;
    double cost = 0;
    bool areTails = true, areFew = true;
    for (const Evaluated *each : rare) {
      const bool decides = decidesTies(each->function, each->output);
      areTails &= !decides && !isWatched(each->function);
      areFew &= !decides && !isNarrow(each->output) &&
                evaluationOf(each->function).getWatched() != WatchedFor::FarParameters;
      cost += costInDoubles(each->function);
    }
    return areTails || (areFew && cost >= longCost);
  }

  // One branch for all results: where any lane is outside, those lanes are computed in f64.
  void replaceLanesOutside(MutableArrayRef<Evaluated> evaluated, const std::string &kinds,
                           ArrayRef<Draw> draws, const Numbers &f32, const Numbers &f64,
                           func::FuncOp body) {
    const std::optional<Mask> outside = outsideOf(evaluated);
    if (!outside)
      return;
    llvm::SmallVector<Evaluated *> guarded;
    for (Evaluated &each : evaluated)
      if (each.outside)
        guarded.push_back(&each);
    OpBuilder &builder = f32.builder;
    // Of several vectors there is one copy of what is rare; where that takes less time to make, for
    // half a vector.
    const bool ofHalf = draws.empty() && isMadeOfHalves(guarded);
    const unsigned lanesOfVector = f32.lanes / vectorsOf(body.getName()),
                   lanesOfRare = ofHalf ? std::max(lanesOfVector / 2, 1u) : lanesOfVector;
    func::FuncOp rare = emitOfParts(
        emitRare(guarded, kinds, draws, Numbers(builder, f32.location, f32.element, lanesOfRare),
                 Numbers(builder, f64.location, f64.element, lanesOfRare), body),
        lanesOfRare, lanesOfVector);
    llvm::SmallVector<Type> types(guarded.size(), f32.type());
    auto branch = scf::IfOp::create(builder, f32.location, types, any(*outside), /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    llvm::SmallVector<Value> slow, fast;
    for (const Evaluated *result : guarded)
      fast.push_back(result->value);
    builder.setInsertionPointToEnd(branch.thenBlock());
    for (auto [result, value] :
         llvm::zip(guarded, callInParts(builder, f32.location, rare, body.getArguments(),
                                        outside->value, fast, lanesOfVector)))
      slow.push_back(select(*result->outside, f32.wrap(value), f32.wrap(result->value)).value);
    scf::YieldOp::create(builder, f32.location, slow);
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, f32.location, fast);
    for (auto [each, value] : llvm::zip(guarded, branch.getResults()))
      each->value = value;
  }

  // The guarded functions in f64, as a function of what the body takes.
  func::FuncOp emitRare(ArrayRef<Evaluated *> guarded, const std::string &kinds,
                        ArrayRef<Draw> draws, const Numbers &f32, const Numbers &f64,
                        func::FuncOp body) {
    OpBuilder &builder = f32.builder;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(body);
    llvm::SmallVector<Type> types(guarded.size(), f32.type());
    auto rare = func::FuncOp::create(
        builder, f32.location, (body.getName() + ".rare").str(),
        builder.getFunctionType(typesOfLanes(body.getArgumentTypes(), f32.lanes), types));
    rare.setPrivate();
    builder.setInsertionPointToEnd(rare.addEntryBlock());
    llvm::SmallVector<Value> arguments = loadAll(f32, f64, rare, kinds, draws), values;
    for (const Evaluated *each : guarded) {
      Value value = evaluateSlow(each->function, each->output, f32, f64, arguments).value;
      values.push_back(asElement(f32.wrap(value), each->output, each->ties).value);
    }
    func::ReturnOp::create(builder, f32.location, values);
    return rare;
  }
};

} // namespace

std::unique_ptr<Pass>
createLowerToBodyPass(LowerToBodyOptions options,
                      std::map<std::string, BodyOperands, std::less<>> operands,
                      std::vector<Fit> fits, std::vector<DoubleFit> doubleFits) {
  auto pass = std::make_unique<LowerToBody>(options);
  pass->operands = std::move(operands);
  pass->fits = std::move(fits);
  pass->doubleFits = std::move(doubleFits);
  return pass;
}

} // namespace xphi::compiler
