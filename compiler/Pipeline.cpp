// From program text to an artifact: the whole compiler, in the order in which it works.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MLIR decides what to compute, Halide decides how to loop, LLVM makes machine code. Each step
// below is one call into the file that does it; `xphi explain --stage` stops after any of them.
#include "Pipeline.h"

#include "KernelModule.h"
#include "RealFunctions.h"
#include "codegen/CHeader.h"
#include "codegen/Link.h"
#include "dsl/Frontend.h"
#include "lowering/RaiseToText.h"

#include <mutex>
#include <optional>

namespace xphi::compiler {
namespace {

// What the runtime has for a call of long code (runtime/KernelCode.h).
constexpr uint64_t mostStack = uint64_t(1) << 20;

class Pipeline {
public:
  explicit Pipeline(const Request &request) : request(request) {}

  Product run() {
    // Text to a checked program.
    dsl::ParseResult parsed = dsl::analyse({"<program>", request.program});
    if (!parsed)
      return fail("X1000",
                  "the compiler was given a program that is not valid:\n" + parsed.render());
    const dsl::Program &program = *parsed.program;
    const dsl::DefinitionIndex entry = program.entry();
    std::optional<Target> target = Target::parse(request.target);
    if (!target)
      return fail("X1002", "unknown target `" + request.target + "`; targets are " +
                               std::string(Target::known));
    if (std::string name = unknownVariable(program.definitions[entry]); !name.empty())
      return fail("X1007", "there is no input or parameter `" + name + "` to differentiate in");
    if (stopsAt("stage:ast"))
      return finish(request.program);
    if (request.emit == "header")
      return finish(cHeader(
          program, entry,
          {request.symbol, request.target, request.derivative, request.gradients, request.keep}));
    if (!took("parse"))
      return overBudget();

    // The algebra, on functions of real numbers.
    RealFunctions functions(program, entry);
    if (stopsAt("stage:xphi"))
      return finish(functions.print());
    functions.resolveCalls();
    functions.stabiliseBeforeDerivation();
    functions.derive(request.derivative, request.gradients);
    if (budgetSpent())
      return overBudget();
    if (request.emit == "diff")
      return finish(functions.forwardText());
    if (request.emit == "keeps")
      return finish(functions.enoughToKeep());
    if (!request.keep.empty() && !functions.keep(request.keep))
      return fail("X1008", "the derivative of " + program.definitions[entry].name +
                               " cannot be computed from `" + request.keep +
                               "`; these are enough, each by itself: " + functions.enoughToKeep());
    functions.stabilise();
    if (stopsAt("stage:derived"))
      return finish(functions.printWithRules());
    if (!took("derive"))
      return overBudget();

    // How many bits each function needs, and the straight code of one vector of elements.
    functions.approximate();
    if (stopsAt("stage:approx"))
      return finish(functions.print());
    functions.lowerToBody(target->lanes);
    if (stopsAt("stage:body"))
      return finish(functions.print());
    if (!functions.ok())
      return fail("X1000", "a pass failed: " + functions.messages());
    if (!took("body"))
      return overBudget();

    // The loops around it, and the two joined in one LLVM module.
    KernelModule kernels(*target, request.symbol, functions.describe());
    if (stopsAt("stage:halide"))
      return finish(kernels.printLoops());
    if (std::string error = kernels.addBodies(functions.takeBodies()); !error.empty())
      return fail("X1000", error);
    if (!took("translate"))
      return overBudget();
    if (std::string error = kernels.addLoops(request.cacheDirectory); !error.empty())
      return fail("X1003", error);
    if (!took("loops"))
      return overBudget();
    if (target->isCuda() && (request.emit == "ptx" || stopsAt("stage:ptx")))
      return finish(kernels.ptx());
    if (request.emit == "ptx" || stopsAt("stage:ptx"))
      return fail("X1005", "PTX is made for a CUDA target, such as cuda-sm_80; the target is " +
                               request.target);

    // Machine code.
    kernels.optimise();
    if (!took("optimise"))
      return overBudget();
    if (request.emit == "llvm" || stopsAt("stage:llvm"))
      return finish(kernels.printIr());
    if (request.emit == "asm" || stopsAt("stage:asm"))
      return finish(kernels.emit(CodeForm::Assembly));
    std::string object = kernels.emit(CodeForm::Object);
    if (!took("emit"))
      return overBudget();
    if (kernels.stackBytes() > mostStack)
      return fail("X1009", "one call of this function takes " +
                               std::to_string(kernels.stackBytes() / 1024) + " KiB of stack; " +
                               std::to_string(mostStack / 1024) +
                               " are the most. Write it with fewer operations, or ask for fewer "
                               "gradients at once");
    if (request.emit == "object")
      return finish(std::move(object));
    if (request.emit != "shared")
      return fail("X1005", "cannot emit `" + request.emit +
                               "`; object, header, shared, llvm, asm, ptx and diff can be emitted");

    // The artifact.
    LinkResult linked = [&] {
      static std::mutex one; // lld keeps state of its own
      std::lock_guard lock(one);
      return linkShared(object);
    }();
    if (!linked.error.empty())
      return fail("X1004", linked.error);
    took("link");
    return finish(std::move(linked.sharedObject));
  }

private:
  std::string unknownVariable(const dsl::Definition &definition) const {
    for (const auto *names : {&request.derivative, &request.gradients})
      for (const std::string &name : *names)
        if (!definition.variable(name))
          return name;
    return {};
  }

  bool stopsAt(const char *stage) const { return request.emit == stage; }

  /// Ends a step: false when the budget is used up.
  bool took(const char *stage) {
    auto now = std::chrono::steady_clock::now();
    product.milliseconds.emplace_back(
        stage, std::chrono::duration<double, std::milli>(now - lastStage).count());
    lastStage = now;
    if (request.pause)
      request.pause();
    return !budgetSpent();
  }
  Product overBudget() {
    product.code = "X1009";
    product.message = currentBudget()->message();
    return std::move(product);
  }
  // Over budget, steps end early and leave things half done.
  Product finish(std::string bytes) {
    if (budgetSpent())
      return overBudget();
    product.bytes = std::move(bytes);
    return std::move(product);
  }
  Product fail(std::string code, std::string message) {
    if (budgetSpent())
      return overBudget();
    product.code = std::move(code);
    product.message = std::move(message);
    return std::move(product);
  }

  const Request &request;
  Product product;
  std::chrono::steady_clock::time_point lastStage = std::chrono::steady_clock::now();
};

} // namespace

Product compile(const Request &request) { return Pipeline(request).run(); }

} // namespace xphi::compiler
