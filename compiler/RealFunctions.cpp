// The functions being compiled, while they are still functions of real numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RealFunctions.h"

#include "Budget.h"
#include "RecordedOperations.h"
#include "abi/OperandKind.h"
#include "approx/FitProof.h"
#include "approx/UsualFits.h"
#include "codegen/TranslateBody.h"
#include "dialect/VerifyPasses.h"
#include "dialect/XphiDialect.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "import/EmitDialect.h"
#include "import/RaiseToText.h"
#include "lib/EmbeddedLibrary.h"
#include "passes/Defaults.h"
#include "passes/Keep.h"
#include "passes/Passes.h"
#include "passes/TriedElements.h"
#include "rules/RulePatterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Action.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Rewrite/PatternApplicator.h"
#include "llvm/ADT/StringSet.h"

#include <cassert>
#include <cfloat>
#include <cmath>
#include <map>
#include <mutex>

using namespace mlir;

namespace xphi::compiler {
namespace {

std::unique_ptr<MLIRContext> makeContext() {
  DialectRegistry registry;
  registry.insert<XphiDialect, arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                  math::MathDialect, scf::SCFDialect, vector::VectorDialect>();
  registerTranslations(registry);
  auto context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  // Nothing is printed from a library: what goes wrong travels in the result.
  context->getDiagEngine().registerHandler([](Diagnostic &) { return success(); });
  // Over budget nothing is rewritten any more, so that passes come to their end.
  context->registerActionHandler([](function_ref<void()> act, const tracing::Action &action) {
    if (action.getTag() != ApplyPatternAction::tag || !budgetSpent())
      act();
  });
  return context;
}

// Contexts that nobody uses at the moment, and as many are kept as were ever used at once.
struct IdleContexts {
  std::mutex mutex;
  std::vector<std::unique_ptr<MLIRContext>> contexts;
};

IdleContexts &idle() {
  static auto *idle = new IdleContexts; // for ever: a compile may be under way at exit
  return *idle;
}

bool isNarrow(ElementType type) { return fractionBits(type) < fractionBits(ElementType::F32); }

// What defines a function, whatever it is called.
std::string withoutName(const dsl::Program &program, dsl::DefinitionIndex entry) {
  std::string text = dsl::closure(program, entry);
  const std::string &name = program.definitions[entry].name;
  return text.erase(text.rfind("def " + name + "(") + 4, name.size());
}

bool isLibraryFunction(const dsl::Program &program, dsl::DefinitionIndex entry) {
  static const llvm::StringSet<> known = [] {
    llvm::StringSet<> texts;
    for (const dsl::LibraryFile &file : lib::files())
      if (auto read = lib::library().load(file.name); *read)
        texts.insert(withoutName(*read->program, read->program->entry()));
    return texts;
  }();
  return known.contains(withoutName(program, entry));
}

} // namespace

ContextLoan::ContextLoan() : heldBefore(heldBytes) {
  {
    std::lock_guard lock(idle().mutex);
    if (!idle().contexts.empty()) {
      context = std::move(idle().contexts.back());
      idle().contexts.pop_back();
    }
  }
  if (!context)
    context = makeContext();
}

ContextLoan::~ContextLoan() {
  // It keeps every attribute that it has ever seen.
  constexpr std::int64_t much = std::int64_t(32) << 20;
  if (heldBytes - heldBefore > much)
    return;
  std::lock_guard lock(idle().mutex);
  idle().contexts.push_back(std::move(context));
}

RealFunctions::RealFunctions(const dsl::Program &program, dsl::DefinitionIndex entry,
                             const KernelSpec &spec)
    : module(emitDialect(*context, program, entry)), types(spec.types), promise(promiseOf(spec)),
      isLibrary(isTestedPromise(spec) && isLibraryFunction(program, entry)),
      hasClauses(llvm::any_of(program.definitions, [](const dsl::Definition &each) {
        return !each.grads.empty() || !each.kinks.empty();
      })) {
  const dsl::Definition &definition = program.definitions[entry];
  KernelDescription forward{"forward", definition.inputs};
  for (ElementType type : types.inputs)
    forward.inputKinds += letterOf(type);
  forward.outputKinds = letterOf(types.output);
  variables = definition.inputs;
  for (const dsl::Parameter &parameter : definition.parameters) {
    variables.push_back(parameter.name);
    defaults[parameter.name] = parameter.value;
    forward.parameters.push_back({parameter.name, parameter.channel});
  }
  forward.indexed = dsl::draws(program, entry);
  kernels.push_back(std::move(forward));
}

unsigned RealFunctions::indexOf(const std::string &variable) const {
  const auto found = llvm::find(variables, variable);
  assert(found != variables.end() && "unknown variables were refused before");
  return unsigned(found - variables.begin());
}

template <class... Passes> void RealFunctions::runOnFunctions(Passes... passes) {
  PassManager manager(module->getContext());
  manager.enableVerifier(verifyPasses);
  (manager.addNestedPass<func::FuncOp>(std::move(passes)), ...);
  if (failed(manager.run(*module)))
    error = "on the functions of real numbers";
}

void RealFunctions::runOnModule(std::unique_ptr<Pass> pass) {
  PassManager manager(module->getContext());
  manager.enableVerifier(verifyPasses);
  manager.addPass(std::move(pass));
  if (failed(manager.run(*module)))
    error = "on the module of real functions";
}

void RealFunctions::resolveCalls() {
  runOnModule(createResolveCalls());
  (*module->getOps<func::FuncOp>().begin()).setName("forward");
}

void RealFunctions::stabiliseBeforeDerivation() {
  runOnFunctions(createSimplify(), createStabilise({.last = false}), createSimplify());
}

void RealFunctions::derive(const Variables &derivative, const Variables &gradients) {
  auto differentiate = [&](func::FuncOp function, const std::string &variable) {
    say(function, derivativeName, UnitAttr::get(module->getContext()));
    PassManager manager(module->getContext(), func::FuncOp::getOperationName());
    manager.enableVerifier(verifyPasses);
    manager.addPass(createDerive({.variable = indexOf(variable)}));
    addTidying(manager);
    if (failed(manager.run(function)))
      error = "differentiation";
  };
  auto forward = *module->getOps<func::FuncOp>().begin();
  for (const std::string &variable : derivative)
    if (!budgetSpent()) // each may be several times as long as the one before
      differentiate(forward, variable);
  kernels[0].derivative = derivative;

  if (gradients.empty())
    return;
  KernelDescription backward = kernels[0];
  backward.name = "backward";
  backward.inputs.push_back("dy");
  backward.inputKinds += letterOf(gradientType(types.output));
  backward.outputKinds.clear();
  for (const std::string &name : gradients) {
    const auto input = llvm::find(kernels[0].inputs, name);
    backward.outputKinds +=
        letterOf(input == kernels[0].inputs.end()
                     ? ElementType::F32
                     : gradientType(types.inputs[input - kernels[0].inputs.begin()]));
  }
  backward.gradients = gradients;
  kernels.push_back(std::move(backward));
  for (const std::string &variable : gradients) {
    func::FuncOp gradient = forward.clone();
    gradient.setName("backward." + variable);
    say(gradient, kernelName, StringAttr::get(module->getContext(), "backward"));
    module->push_back(gradient);
    if (!budgetSpent())
      differentiate(gradient, variable);
  }
}

// Who reads a mask writes elements: no sums.
bool RealFunctions::hasSum() const {
  return llvm::any_of(kernels.back().gradients, [&](const std::string &name) {
    return !llvm::is_contained(kernels.front().inputs, name);
  });
}

// For several, x is kept.
bool RealFunctions::hasOneGradient() const {
  return kernels.size() == 2 && kernels.back().gradients.size() == 1;
}

std::string RealFunctions::enoughToKeep() {
  if (!hasOneGradient())
    return std::string(nameOf(Keep::Input));
  runOnFunctions(createDropCustomGradients(), createSimplify());
  auto functions = module->getOps<func::FuncOp>();
  auto forward = *functions.begin();
  std::string names;
  for (Keep kept : everyKeep)
    if ((kept != Keep::Mask || !hasSum()) &&
        llvm::all_of(llvm::drop_begin(functions), [&](func::FuncOp gradient) {
          return llvm::is_contained(enoughFor(forward, gradient), kept);
        }))
      names += (names.empty() ? "" : " ") + std::string(nameOf(kept));
  return names;
}

bool RealFunctions::keep(Keep kept) {
  if (kept == Keep::Input)
    return true;
  if (!hasOneGradient() || (kept == Keep::Mask && hasSum()))
    return false;
  runOnFunctions(createDropCustomGradients(), createSimplify());
  auto functions = module->getOps<func::FuncOp>();
  if (!xphi::compiler::keep(kept, *functions.begin(), *std::next(functions.begin())))
    return false;
  KernelDescription &forward = kernels[0], &backward = kernels[1];
  isFromOutput = kept == Keep::Output;
  if (isFromOutput) {
    backward.inputs[0] = "y";
    backward.inputKinds[0] = letterOf(types.output);
  }
  if (kept == Keep::Mask) {
    backward.inputs[0] = "mask";
    backward.inputKinds[0] = ByteArray;
    forward.outputKinds += char(ByteArray);
  }
  if (kept == Keep::Nothing) {
    backward.inputs.erase(backward.inputs.begin());
    backward.inputKinds.erase(0, 1);
  }
  return true;
}

void RealFunctions::stabilise() {
  runOnFunctions(createDropCustomGradients(), createSimplify(), createStabilise({.last = true}),
                 createSimplify());
}

// Shorter elements than f32 are the nearest in any tier, and their evaluation is for that. The
// tests hold the library's values and first and second derivatives against the truth.
void RealFunctions::markPromise() {
  constexpr size_t tested = 2;
  Builder builder(module->getContext());
  std::size_t gradient = 0;
  for (auto function : module->getOps<func::FuncOp>()) {
    const bool isBackward = bool(said(function, kernelName));
    const char output = isBackward ? kernels[1].outputKinds[gradient++] : kernels[0].outputKinds[0];
    const std::optional<double> slack = slackOf(output);
    const bool isShort = isNarrow(*typeOf(output));
    say(function, promiseName,
        PromiseAttr::get(module->getContext(), builder.getF64FloatAttr(isShort ? 4 : promise.ulps),
                         promise.isExact && !isShort,
                         slack ? builder.getF64FloatAttr(*slack) : FloatAttr(),
                         isLibrary && kernels[0].derivative.size() + isBackward <= tested));
  }
}

void RealFunctions::markDefaults() {
  Builder builder(module->getContext());
  for (auto function : module->getOps<func::FuncOp>())
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (auto name = function.getArgAttrOfType<StringAttr>(i, parameterName))
        if (const auto found = defaults.find(name.str()); found != defaults.end())
          function.setArgAttr(i, defaultName, builder.getF64FloatAttr(found->second));
}

void RealFunctions::approximate(const std::optional<FitLimits> &limits, AtOnce atOnce,
                                Turns *turns) {
  markPromise();
  markDefaults();
  runOnModule(createMarkValues());
  runOnFunctions(createGatherParameters());
  if (!llvm::all_of(module->getOps<func::FuncOp>(), promised)) {
    error = "what is promised got lost";
    return;
  }
  if (limits) {
    withoutFits = module->clone();
    FitSearches searches(&knownFits());
    fitKernels(*limits, searches, atOnce, turns);
    if (promise.least == 0 && !limits->doubles)
      addDefaults(*limits, searches);
    if (listsSearches)
      searched = searches.listed();
    if (fits.empty() && doubleFits.empty())
      withoutFits = {};
  }
  chooseNumbers();
  if (ok())
    dropUntriedDefaults(*module);
}

// Of which fits stand for the whole, and all elements can be tried, or each is known to be the
// nearest float.
void RealFunctions::addDefaults(const FitLimits &limits, FitSearches &searches) {
  std::size_t gradient = 0;
  for (func::FuncOp function : llvm::SmallVector<func::FuncOp>(module->getOps<func::FuncOp>())) {
    const bool isBackward = bool(said(function, kernelName)),
               isOfParameter = isBackward && defaults.contains(kernels[1].gradients[gradient++]);
    FitLimits here = limits;
    here.elements = elementsOf(isBackward);
    here.pairs = promise.isExact;
    if ((!here.elements && !here.pairs) || isOfParameter || (isFromOutput && isBackward) ||
        function.getNumResults() != 1 || !function.getOps<DroppedOp>().empty())
      continue;
    func::FuncOp copy = withDefaults(function, defaults);
    if (copy && here.pairs)
      fitNearest(copy, here, fits);
    else if (copy)
      fitParts(copy, here, {}, searches, fits);
  }
}

// Of one input of few bits all that there are can be tried.
std::optional<FitLimits::Elements> RealFunctions::elementsOf(bool isBackward) const {
  if (types.inputs.size() != 1 || isInteger(types.inputs[0]) || isInteger(types.output))
    return std::nullopt;
  const ElementType output = isBackward ? gradientType(types.inputs[0]) : types.output;
  if (!isNarrow(types.inputs[0]) || !isNarrow(output))
    return std::nullopt;
  return FitLimits::Elements{types.inputs[0], output, isBackward};
}

// Of several inputs results may be off by 2^-8 of their own ulp beside the rounding.
std::optional<double> RealFunctions::slackOf(char output) const {
  const std::optional<ElementType> type = typeOf(output);
  const int missing = type ? fractionBits(ElementType::F32) - fractionBits(*type) : 0;
  if (types.inputs.size() < 2 || missing <= 8 || isInteger(*type))
    return std::nullopt;
  return std::ldexp(1.0, missing - 8);
}

std::vector<Certificate::Piece> RealFunctions::provedBy(const FittedResult &fitted,
                                                        const std::string &of) const {
  const Fit &fit = fits[fitted.fit];
  // Rounded up, a thousandth for the doubles that the bound was computed in.
  const double ulps = std::ceil(std::max(fit.ulps, fit.ulpsAtZero) * 1001) / 1000;
  Certificate::Piece piece{.output = of, .method = Certificate::Method::Proved};
  const bool isRelative = promise.least > 0 && !fit.isNearest;
  piece.unit = isRelative ? Certificate::Unit::Relative : Certificate::Unit::Ulp;
  piece.bound = fit.isNearest ? 0.5 : isRelative ? ulps * 0x1p-24 : ulps;
  piece.fit = recordOf(fit);
  if (!fitOfRecord(piece.fit)) // a form that nobody could prove again
    return {};
  piece.low = std::max(fit.lowest(), -FLT_MAX);
  piece.high = std::min(fit.highest(), FLT_MAX);
  const float least = leastFitted(fitted, fit);
  std::vector<Certificate::Piece> pieces = {piece};
  if (least > 0) {
    pieces.front().high = -least;
    piece.low = least;
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

// By series of the program as it is written, which know nothing of clauses. Of elements of few bits
// a fit that is the nearest was tried at each.
bool RealFunctions::isProvable(const KernelDescription &kernel, std::size_t output,
                               const Fit &fit) const {
  std::vector<std::string> differentiated = kernel.derivative;
  if (kernel.isBackward())
    differentiated.push_back(kernel.gradients[output]);
  const ElementType type = *typeOf(kernel.outputKinds[output]);
  // Of tables that were made for elements of few bits there is no proof but that all were tried.
  const bool isOfFloats = !fit.isPlain && !fit.centres.empty() && fit.exceptions.empty() &&
                          fit.ties == Fit::Ties::ToEven;
  return isOfFloats && types.inputs.size() == 1 && kernel.parameters.empty() &&
         (isNarrow(type) ? fit.isNearest : type == ElementType::F32) &&
         (differentiated.empty() || !hasClauses) &&
         llvm::all_of(differentiated,
                      [&](const std::string &name) { return name == variables.front(); });
}

void RealFunctions::chooseNumbers() {
  for (auto function : module->getOps<func::FuncOp>()) {
    const bool isBackward = bool(said(function, kernelName));
    KernelDescription &kernel = isBackward ? kernels[1] : kernels[0];
    const std::optional<FittedResult> fitted = fittedResult(function);
    auto run = [&](std::unique_ptr<Pass> pass) {
      PassManager manager(module->getContext(), func::FuncOp::getOperationName());
      manager.enableVerifier(verifyPasses);
      manager.addPass(std::move(pass));
      if (failed(manager.run(function)))
        error = "approximation";
    };
    // The choice is made before the gradient comes in: so backward with dy = 1 has the very bits of
    // the derivative.
    run(createApproximate());
    if (!evaluationOf(function))
      return void(error = "approximation");
    if (const std::optional<FitLimits::Elements> elements = elementsOf(isBackward))
      markTried(function, fits, *elements);
    markInfinities(function, fits);
    const bool isForDefaults = bool(said(function, defaultsName));
    const std::size_t output = kernel.evaluation.size();
    EvaluationAttr evaluation = evaluationOf(function);
    if (!isForDefaults && fitted && evaluation.getNumbers() == EvaluatedIn::Guarded &&
        isProvable(kernel, output, fits[fitted->fit]))
      llvm::append_range(
          kernel.proved,
          provedBy(*fitted, isBackward ? "gradient in " + kernel.gradients[output] : "value"));
    if (isBackward)
      run(createCotangent());
    if (isForDefaults)
      continue;
    if (types.output == ElementType::F64 || llvm::is_contained(types.inputs, ElementType::F64)) {
      const bool isFitted = bool(evaluation.getDoubleFit());
      evaluation = evaluation.in(isFitted ? EvaluatedIn::Guarded : EvaluatedIn::Wide);
      say(function, evaluationName, evaluation);
      function->removeAttr(whyName);
    }
    kernel.evaluation.push_back(stringifyEvaluatedIn(evaluation.getNumbers()).str());
    auto why = function->getAttrOfType<StringAttr>(whyName);
    kernel.reasons.push_back(why ? why.str() : "");
  }
}

bool RealFunctions::canEscalate() const {
  if (withoutFits)
    return !isLibrary;
  ModuleOp functions = approximated ? *approximated : *module;
  return !isLibrary && llvm::any_of(functions.getOps<func::FuncOp>(), [](func::FuncOp function) {
    EvaluationAttr evaluation = evaluationOf(function);
    return evaluation && evaluation.getNumbers() != EvaluatedIn::Watched &&
           evaluation.getNumbers() != EvaluatedIn::Wide;
  });
}

void RealFunctions::escalate() {
  if (withoutFits) {
    module = std::move(withoutFits);
    approximated = {};
    fits.clear();
    doubleFits.clear();
    for (KernelDescription &kernel : kernels) {
      kernel.evaluation.clear();
      kernel.reasons.clear();
      kernel.proved.clear();
    }
    chooseNumbers();
    return;
  }
  for (auto function : approximated->getOps<func::FuncOp>())
    say(function, evaluationName, evaluationOf(function).watchedForEverything());
  for (KernelDescription &kernel : kernels) {
    kernel.proved.clear();
    for (std::string &evaluation : kernel.evaluation)
      evaluation = "watched";
  }
}

void RealFunctions::lowerToBody(unsigned lanes, bool wide, bool avx2) {
  if (!approximated)
    approximated = std::move(module);
  module = approximated->clone();
  if (!tables.empty())
    return lowerTables(lanes);
  for (const KernelDescription &kernel : kernels) {
    std::size_t results = 0;
    for (auto function : module->getOps<func::FuncOp>()) {
      auto name = said<StringAttr>(function, kernelName);
      if (!said(function, defaultsName) && (name ? name : function.getNameAttr()) == kernel.name)
        results += function.getNumResults();
    }
    if (results != kernel.outputKinds.size()) {
      error = "a result of " + kernel.name + " got lost";
      return;
    }
  }
  PassManager manager(module->getContext());
  std::map<std::string, BodyOperands, std::less<>> arrays;
  chooseVectors(lanes);
  for (const KernelDescription &kernel : kernels)
    arrays[kernel.name] = {kernel.inputKinds, kernel.outputKinds, kernel.indexed, kernel.vectors};
  manager.addPass(createLowerToBodyPass({lanes, wide, avx2}, std::move(arrays), fits, doubleFits));
  const bool isOfFloats =
      types.inputs.size() <= 2 && types.output == ElementType::F32 &&
      llvm::all_of(types.inputs, [](ElementType type) { return type == ElementType::F32; });
  if (failed(manager.run(*module)))
    error = "lowering to the body";
  else if (isOfFloats && promise.least == 0)
    recordOperations(*module, llvm::ArrayRef(variables).take_front(types.inputs.size()), defaults,
                     kernels);
}

std::string RealFunctions::forwardText() {
  auto forward = *module->getOps<func::FuncOp>().begin();
  PassManager manager(module->getContext(), func::FuncOp::getOperationName());
  manager.addPass(createDropCustomGradients());
  manager.addPass(createSimplify());
  if (failed(manager.run(forward)))
    error = "simplification";
  return raiseToText(forward) + "\n";
}

std::string RealFunctions::printWithRules() {
  std::string text;
  for (auto function : module->getOps<func::FuncOp>()) {
    auto applied = function->getAttrOfType<ArrayAttr>(appliedRulesName);
    if (!applied)
      continue;
    auto isApplied = [&](const Rule &rule) {
      return llvm::any_of(applied.getAsValueRange<StringAttr>(), [&](llvm::StringRef name) {
        return std::string_view(name) == rule.name;
      });
    };
    for (std::span<const Rule> table : {stabiliseRules(), lastStabiliseRules()})
      for (const Rule &rule : llvm::make_filter_range(table, isApplied))
        text += "// " + function.getName().str() + ": " + std::string(rule.from) + " became " +
                std::string(rule.to) + ": " + std::string(rule.reason) + " [" +
                std::string(rule.name) + "]\n";
    function->removeAttr(appliedRulesName);
  }
  return text + print();
}

std::string RealFunctions::printWithReasons() {
  std::string text;
  if (!tables.empty())
    text = "// looked up: a table of what is true at each of the 256 inputs\n";
  for (const Fit &fit : fits)
    text += "// fitted: " + fit.text() + "\n";
  for (const DoubleFit &fit : doubleFits)
    text += "// fitted: " + fit.text() + "\n";
  for (auto function : module->getOps<func::FuncOp>())
    if (auto why = function->getAttrOfType<StringAttr>(whyName)) {
      text += "// " + function.getName().str() + ": " + why.str() + "\n";
      function->removeAttr(whyName);
    }
  return text + print();
}

std::string RealFunctions::print() {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  return text + "\n";
}

} // namespace xphi::compiler
