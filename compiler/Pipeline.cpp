// From program text to an artifact: the whole compiler, in the order in which it works.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MLIR decides what to compute, Halide decides how to loop, LLVM makes machine code. Each step
// below is one call into the file that does it; `xphi explain --stage` stops after any of them.
#include "Pipeline.h"

#include "KernelModule.h"
#include "RealFunctions.h"
#include "check/KernelCheck.h"
#include "codegen/CHeader.h"
#include "codegen/Link.h"
#include "dsl/Frontend.h"
#include "lowering/RaiseToText.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string_view>

namespace xphi::compiler {
namespace {

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
    took("parse");

    // The algebra, on functions of real numbers.
    RealFunctions functions(program, entry);
    if (stopsAt("stage:xphi"))
      return finish(functions.print());
    functions.resolveCalls();
    functions.stabiliseBeforeDerivation();
    functions.derive(request.derivative, request.gradients);
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
    took("derive");

    // How many bits each function needs.
    functions.approximate();
    if (stopsAt("stage:approx"))
      return finish(functions.print());

    // From here on again, evaluated with more care, as long as the check finds the promise broken.
    const CheckedFunction checked{parsed.program,    entry,        request.derivative,
                                  request.gradients, request.keep, request.target};
    Attempt best = evaluate(functions, *target, checked);
    while (best.certificate && best.certificate->asksForMoreCare() && functions.canEscalate()) {
      functions.escalate();
      Attempt next = evaluate(functions, *target, checked);
      if (!next.code.empty() || next.certificate->isBetterThan(*best.certificate))
        best = std::move(next);
    }
    return best.code.empty() ? finish(std::move(best.bytes))
                             : fail(std::move(best.code), std::move(best.message));
  }

private:
  /// What was asked for, by one way to evaluate, and what the check said of that.
  struct Attempt {
    std::string bytes;
    std::string code = {}, message = {}; ///< of what went wrong
    std::optional<Certificate> certificate = {};
  };
  static Attempt failed(std::string code, std::string message) {
    return {{}, std::move(code), std::move(message)};
  }

  Attempt evaluate(RealFunctions &functions, const Target &target, const CheckedFunction &checked) {
    // A stage's text is done with, unless the check may throw it away.
    const bool isTextFinal = !functions.canEscalate() || target.isCuda();
    std::optional<std::string> text;

    // The straight code of one vector of elements.
    functions.lowerToBody(target.lanes);
    if (stopsAt("stage:body"))
      text = functions.print();
    if (text && isTextFinal)
      return {std::move(*text)};
    if (!functions.ok())
      return failed("X1000", "a pass failed: " + functions.messages());
    took("body");

    // The loops around it, and the two joined in one LLVM module.
    KernelModule kernels(target, request.symbol, functions.describe());
    if (stopsAt("stage:halide"))
      return {kernels.printLoops()};
    if (std::string error = kernels.addBodies(functions.takeBodies()); !error.empty())
      return failed("X1000", error);
    took("translate");
    if (std::string error = kernels.addLoops(request.cacheDirectory); !error.empty())
      return failed("X1003", error);
    took("loops");
    if (target.isCuda() && (request.emit == "ptx" || stopsAt("stage:ptx")))
      return {kernels.ptx()};
    if (request.emit == "ptx" || stopsAt("stage:ptx"))
      return failed("X1005", "PTX is made for a CUDA target, such as cuda-sm_80; the target is " +
                                 request.target);

    // Machine code.
    kernels.optimise();
    took("optimise");
    if (request.emit == "llvm" || stopsAt("stage:llvm"))
      text = kernels.printIr();
    if (request.emit == "asm" || stopsAt("stage:asm"))
      text = kernels.emit(CodeForm::Assembly);
    if (text && isTextFinal)
      return {std::move(*text)};
    if (!text && request.emit != "object" && request.emit != "shared")
      return failed("X1005", "cannot emit `" + request.emit +
                                 "`; object, header, shared, llvm, asm, ptx and diff can be "
                                 "emitted");
    std::string object = kernels.emit(CodeForm::Object);
    took("emit");

    // The artifact, checked against the truth before it leaves.
    LinkResult linked = linkShared(object);
    if (!linked.error.empty())
      return failed("X1004", linked.error);
    took("link");
    const Certificate certificate = certify(checked, linked.sharedObject);
    took("check");
    std::string &product = text ? *text : request.emit == "object" ? object : linked.sharedObject;
    if (!text && !KernelModule::certify(product, certificate))
      return failed("X1000", "the kernel has no place for its certificate");
    return {std::move(product), {}, {}, certificate};
  }

  std::string unknownVariable(const dsl::Definition &definition) const {
    for (const auto *names : {&request.derivative, &request.gradients})
      for (const std::string &name : *names)
        if (!definition.variable(name))
          return name;
    return {};
  }

  bool stopsAt(const char *stage) const { return request.emit == stage; }

  /// Stages that are gone through again add up.
  void took(std::string_view stage) {
    auto now = std::chrono::steady_clock::now();
    const double spent = std::chrono::duration<double, std::milli>(now - lastStage).count();
    const auto earlier = std::ranges::find(
        product.milliseconds, stage, [](const auto &each) { return std::string_view(each.first); });
    if (earlier != product.milliseconds.end())
      earlier->second += spent;
    else
      product.milliseconds.emplace_back(stage, spent);
    lastStage = now;
  }
  Product finish(std::string bytes) {
    product.bytes = std::move(bytes);
    return std::move(product);
  }
  Product fail(std::string code, std::string message) {
    product.code = std::move(code);
    product.message = std::move(message);
    return std::move(product);
  }

  const Request &request;
  Product product;
  std::chrono::steady_clock::time_point lastStage = std::chrono::steady_clock::now();
};

} // namespace

Product compile(const Request &request) {
  // MLIR's context, Halide and lld each keep state of their own.
  static std::mutex oneAtATime;
  std::lock_guard lock(oneAtATime);
  return Pipeline(request).run();
}

} // namespace xphi::compiler
