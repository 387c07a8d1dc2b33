// From program text to an artifact: the whole compiler, in the order in which it works.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MLIR decides what to compute, Halide decides how to loop, LLVM makes machine code. Each step
// below is one call into the file that does it; `xphi explain --stage` stops after any of them.
#include "Pipeline.h"

#include "Backend.h"
#include "CompileThread.h"
#include "KernelModule.h"
#include "RealFunctions.h"
#include "Stages.h"
#include "abi/Promise.h"
#include "check/KernelCheck.h"
#include "check/TruthAhead.h"
#include "check/TruthTables.h"
#include "codegen/CHeader.h"
#include "codegen/Dispatch.h"
#include "codegen/KernelText.h"
#include "dsl/Frontend.h"
#include "import/RaiseToText.h"
#include "passes/FitParts.h"

#include <atomic>
#include <optional>
#include <ranges>
#include <string_view>

namespace xphi::compiler {
namespace {

constexpr std::string_view dispatchEmit = "dispatch:";
/// What is promised of code that may be for another machine, by what the same operations do here:
/// a line in words, and what an artifact would say of itself.
constexpr std::string_view promiseEmit = "promise";

class Pipeline {
public:
  explicit Pipeline(const Request &request)
      : request(request), spec(request.spec), stages(request.pause) {}

  Compiled run() {
    // Text to a checked program.
    dsl::ParseResult parsed = dsl::analyse({"<program>", spec.program});
    if (!parsed)
      return fail("X1000",
                  "the compiler was given a program that is not valid:\n" + parsed.render());
    const dsl::Program &program = *parsed.program;
    const dsl::DefinitionIndex entry = program.entry();
    std::optional<Target> target = Target::parse(spec.target);
    if (!target)
      return fail("X1002", "unknown target `" + spec.target + "`; targets are " + Target::known());
    if (std::string name = unknownVariable(program.definitions[entry]); !name.empty())
      return fail("X1007", "there is no input or parameter `" + name + "` to differentiate in");
    if (stopsAt("stage:ast"))
      return finish(spec.program);
    if (target->isCuda() && (request.emit == "object" || request.emit == "shared" ||
                             request.emit == "header" || request.emit == "declarations"))
      return fail("X1005", "cannot emit `" + request.emit + "` for " + spec.target +
                               ": a program for the GPU loads the kernels as `ptx`");
    if (target->isForeign() && (request.emit == "artifact" || request.emit == "shared"))
      return fail("X1005", "cannot emit `" + request.emit + "` for " + spec.target +
                               ": there are objects and headers for it, for that machine's linker");
    symbol = program.definitions[entry].name;
    const std::string stem = request.namePrefix + symbol + "_" + spec.types.symbol();
    const std::string function =
        stem +
        (request.targetInNames && !target->isCuda() ? "_" + std::string(target->shortName()) : "");
    if (!stages.took("parse"))
      return overBudget();

    // The algebra, on functions of real numbers.
    RealFunctions functions(program, entry, spec);
    if (stopsAt("stage:xphi"))
      return finish(functions.print());
    functions.resolveCalls();
    functions.stabiliseBeforeDerivation();
    functions.derive(spec.derivative, spec.gradients);
    if (budgetSpent())
      return overBudget();
    if (request.emit == "diff")
      return finish(functions.forwardText());
    if (request.emit == "keeps")
      return finish(functions.enoughToKeep());
    if (!functions.keep(spec.keep))
      return fail("X1008", "the derivative of " + symbol + " cannot be computed from `" +
                               std::string(nameOf(spec.keep)) +
                               "`; these are enough, each by itself: " + functions.enoughToKeep());
    if (request.emit == "header")
      return finish(cHeader(program, entry, spec, function));
    if (request.emit == "declarations")
      return finish(cDeclarations(program, entry, spec, function));
    if (request.emit.starts_with(dispatchEmit))
      return finishDispatch(program, entry, stem);
    functions.stabilise();
    if (stopsAt("stage:derived"))
      return finish(functions.printWithRules());
    if (!stages.took("derive"))
      return overBudget();

    // How many bits each function needs. Beside it, what is true for the check to come.
    CheckedFunction checked{parsed.program, entry, spec};
    checked.spec.target = checkedTarget(*target).name;
    const bool artifact = request.emit == "artifact" || request.emit == promiseEmit;
    if (artifact)
      ahead.emplace(checked);
    if (stopsAt("stage:searches"))
      functions.listSearches();
    if (std::vector<ElementTable> tables = tablesOf(checked, *target); !tables.empty()) {
      functions.tabulate(std::move(tables), target->machine == Target::Machine::X86_64);
    } else {
      const std::optional<FitLimits> limits = limitsOf(*target);
      ofAvx2 = limits && limits->areOfAvx2();
      approximate(functions, limits);
    }
    if (stopsAt("stage:searches"))
      return finish(functions.printSearches());
    if (stopsAt("stage:approx"))
      return finish(functions.printWithReasons());

    // Lowered, and where the check finds the promise broken lowered again, with more care. What the
    // check cannot change is not checked.
    if (llvm::is_contained(textKinds(), llvm::StringRef(request.emit)))
      return finishText(functions, *target, checked, stem);
    Attempt made;
    if (artifact || (functions.canEscalate() && !target->isCuda()))
      made = checkedArtifact(functions, checkedTarget(*target), function, checked);
    if (!artifact && made.code.empty())
      made = {make(request.emit, functions, *target, function)};
    if (request.emit == promiseEmit && made.ok())
      return finish(made.certificate->text() + "\n" + std::string(descriptionOf(made.bytes)));
    return made.ok() ? finish(std::move(made.bytes))
                     : fail(std::move(made.code), std::move(made.message));
  }

private:
  /// The fits of value and derivative at once, and beside what is left of them what is true.
  void approximate(RealFunctions &functions, const std::optional<FitLimits> &limits) {
    if (!limits)
      return withTruthBeside(truth(), [&] { functions.approximate(limits); });
    ThreadTurns turns;
    std::atomic<bool> isDone = false;
    functions.approximate(
        limits,
        [&](llvm::function_ref<void()> here, llvm::function_ref<void()> beside) {
          atOnce(
              [&] {
                here();
                isDone = true;
              },
              [&] {
                beside();
                if (truth())
                  truth()->find(isDone);
              });
        },
        &turns);
  }

  /// Of "dispatch:x86-64-v3,x86-64-v4".
  Compiled finishDispatch(const dsl::Program &program, dsl::DefinitionIndex entry,
                          const std::string &stem) {
    std::vector<Alternative> alternatives;
    for (const auto each :
         std::views::split(std::string_view(request.emit).substr(dispatchEmit.size()), ',')) {
      const std::string_view name(each.begin(), each.end());
      const std::optional<Target> target = Target::parse(name);
      if (!target)
        return fail("X1002",
                    "unknown target `" + std::string(name) + "`; targets are " + Target::known());
      if (target->machine != Target::Machine::X86_64)
        return fail("X1005", "nothing can pick " + std::string(name) +
                                 " at run time: only among levels of x86-64");
      alternatives.push_back({*target, cFunctions(program, entry, spec,
                                                  stem + "_" + std::string(target->shortName()))});
    }
    if (alternatives.empty())
      return fail("X1002", "no target to pick; targets are " + Target::known());
    DispatchResult made = dispatch(cFunctions(program, entry, spec, stem), std::move(alternatives));
    return made.error.empty() ? finish(std::move(made.object)) : fail("X1000", made.error);
  }

  /// As text, in f64 where a kernel would go on to wide numbers; so that is what is checked.
  Compiled finishText(RealFunctions &functions, const Target &target, CheckedFunction checked,
                      const std::string &stem) {
    if (spec.types.symbol() != nameOf(ElementType::F32) || spec.keep == Keep::Mask)
      return fail("X1014",
                  "as `" + request.emit + "` there are functions of f32 without masks only");
    wide = checked.hasWide = false;
    Attempt measured;
    if (!target.isCuda())
      measured = {make("artifact", functions, checkedTarget(target), stem)};
    if (!measured.ok())
      return fail(std::move(measured.code), std::move(measured.message));
    if (!target.isCuda() && !certify(checked, measured))
      return fail("X1000", "the kernel has no place for its certificate");
    functions.lowerToBody(/*lanes=*/1, wide);
    KernelTextRequest wanted;
    wanted.stem = stem;
    const dsl::Program &program = *checked.program;
    wanted.about = aboutC(program, checked.definition, spec, stem);
    wanted.promise = measured.certificate ? measured.certificate->text() : "Nothing was checked.";
    for (CFunction &each : cFunctions(program, checked.definition, spec, stem))
      if (!llvm::StringRef(each.name).ends_with("_channels"))
        wanted.functions.push_back(std::move(each));
    for (const dsl::Parameter &parameter : program.definitions[checked.definition].parameters)
      wanted.defaults.push_back(parameter.value);
    wanted.hasSums = llvm::any_of(spec.gradients, [&](const std::string &name) {
      return !llvm::is_contained(program.definitions[checked.definition].inputs, name);
    });
    KernelText made = kernelText(request.emit, functions.takeBodies(), wanted);
    if (!made.error.empty())
      return fail("X1014", "`" + request.emit + "` has no word for " + made.error +
                               ", which this function needs; emit an object");
    return finish(std::move(made.text));
  }

  /// What one way to evaluate gave, and what the check said of it.
  struct Attempt : Made {
    std::optional<Certificate> certificate = {};
  };

  /// What runs here in its place: the same operations, so the same bits.
  static Target checkedTarget(const Target &target) {
    return target.isForeign() ? *Target::parse("x86-64-v3") : target;
  }

  Attempt checkedArtifact(RealFunctions &functions, const Target &target,
                          const std::string &function, const CheckedFunction &checked) {
    if (!ahead)
      ahead.emplace(checked);
    auto attempt = [&]() -> Attempt {
      Attempt made = {make("artifact", functions, target, function)};
      std::vector<Certificate::Piece> proved;
      for (const KernelDescription &kernel : functions.describe())
        llvm::append_range(proved, kernel.proved);
      if (made.ok() && !certify(checked, made, std::move(proved)))
        return {Made::failed("X1000", "the kernel has no place for its certificate")};
      return made;
    };
    Attempt best = attempt();
    while (!budgetSpent() && best.certificate && !best.certificate->kept &&
           functions.canEscalate()) {
      functions.escalate();
      Attempt next = attempt();
      if (!next.ok() || isBetter(*next.certificate, *best.certificate))
        best = std::move(next);
    }
    return best;
  }

  static bool isBetter(const Certificate &one, const Certificate &other) {
    return one.kept != other.kept ? one.kept : one.worst.error < other.worst.error;
  }

  // Without time left it is no certificate, and not looked at.
  bool certify(const CheckedFunction &checked, Attempt &made,
               std::vector<Certificate::Piece> proved = {}) {
    made.certificate = compiler::certify(checked, made.bytes, std::move(proved), truth());
    return !stages.took("check") || KernelModule::certify(made.bytes, *made.certificate);
  }

  Made make(const std::string &emit, RealFunctions &functions, const Target &target,
            const std::string &function) {
    // The straight code of one vector of elements.
    functions.lowerToBody(target.lanes, wide && !target.isCuda(), ofAvx2);
    if (emit == "stage:body")
      return {functions.print()};
    if (!functions.ok())
      return Made::failed("X1000", "a pass failed: " + functions.messages());
    if (!stages.took("body"))
      return Made::stopped();
    // The loops around it, machine code, one file.
    return makeCode({request, emit, target, function, symbol}, functions, truth(), stages);
  }

  // Of 256 elements each is known before there is code. A GPU computes faster than it looks up.
  std::vector<ElementTable> tablesOf(const CheckedFunction &function, const Target &target) const {
    if (target.isCuda() || llvm::is_contained(textKinds(), llvm::StringRef(request.emit)))
      return {};
    return truthTables(function);
  }

  // A look-up is one instruction on a CPU, of a table that is not the same everywhere; a GPU would
  // go to memory. Text is read by people.
  std::optional<FitLimits> limitsOf(const Target &target) const {
    const bool hasDoubles = llvm::is_contained(spec.types.inputs, ElementType::F64) ||
                            spec.types.output == ElementType::F64;
    if (target.isCuda() || spec.tier == Tier::Reproducible ||
        (spec.tier == Tier::Exact && !isExactOfFloats()) ||
        llvm::is_contained(textKinds(), llvm::StringRef(request.emit)))
      return std::nullopt;
    if (hasDoubles) {
      FitLimits limits;
      limits.doubles = true;
      return limits;
    }
    if (target.isForeign()) // another look-up
      return std::nullopt;
    return fitLimits(target.lanes);
  }

  bool isExactOfFloats() const {
    return promiseOf(spec).isExact && spec.types.symbol() == nameOf(ElementType::F32);
  }

  std::string unknownVariable(const dsl::Definition &definition) const {
    for (const auto *names : {&spec.derivative, &spec.gradients})
      for (const std::string &name : *names)
        if (!definition.variable(name))
          return name;
    return {};
  }

  bool stopsAt(const char *stage) const { return request.emit == stage; }

  // Over budget, steps end early and leave things half done.
  Compiled overBudget() const {
    Made stopped = Made::stopped();
    return {{}, std::move(stopped.code), std::move(stopped.message), stages.milliseconds()};
  }
  Compiled finish(std::string bytes) const {
    return budgetSpent() ? overBudget() : Compiled{std::move(bytes), {}, {}, stages.milliseconds()};
  }
  Compiled fail(std::string code, std::string message) const {
    return budgetSpent() ? overBudget()
                         : Compiled{{}, std::move(code), std::move(message), stages.milliseconds()};
  }

  TruthAhead *truth() { return ahead ? &*ahead : nullptr; }

  const Request &request;
  const KernelSpec &spec;
  std::string symbol;              ///< the entry's name
  bool wide = true;                ///< bodies may call wide numbers
  bool ofAvx2 = false;             ///< with forms that are best there
  std::optional<TruthAhead> ahead; ///< where there will be a check
  Stages stages;
};

} // namespace

Compiled compile(const Request &request) { return Pipeline(request).run(); }

} // namespace xphi::compiler
