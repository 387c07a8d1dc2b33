// Kernels are made in parts, so that two threads can make them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Backend.h"

#include "CompileThread.h"
#include "KernelModule.h"
#include "RealFunctions.h"
#include "abi/SharedName.h"
#include "check/TruthAhead.h"
#include "codegen/Link.h"
#include "codegen/LoopMaker.h"
#include "codegen/TranslateBody.h"
#include "wide/WideBitcode.h"

#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <deque>
#include <string_view>
#include <vector>

namespace xphi::compiler {
namespace {

// What the runtime has for a call of long code (runtime/api/KernelCode.h).
constexpr uint64_t mostStack = uint64_t(1) << 20;

class Backend {
public:
  Backend(const BackendRequest &wanted, RealFunctions &functions, TruthAhead *ahead, Stages &stages)
      : wanted(wanted), request(wanted.request), emit(wanted.emit), target(wanted.target),
        isArtifact(emit == "artifact"), functions(functions), ahead(ahead), stages(stages) {}

  Made run() {
    // The loops around the bodies, and the two joined in one LLVM module; in two for an artifact
    // with a backward kernel.
    KernelSpec spec = request.spec;
    spec.target = target.name;
    std::deque<KernelModule> parts;
    for (const KernelModule::Part part : partsToMake())
      parts.emplace_back(spec, wanted.function,
                         isArtifact || target.isCuda() ? KernelModule::Exports::Artifact
                                                       : KernelModule::Exports::CFunctions,
                         functions.describe(), part);
    if (emit == "stage:halide") {
      Loop printed = parts.front().printLoops();
      return printed.error.empty() ? Made{std::move(printed.bitcode)} : failedLoop(printed.error);
    }
    if (!convertBody(functions.takeBodies()))
      return Made::failed("X1000", "the body has an operation that LLVM does not know");
    for (KernelModule &part : parts)
      if (std::string error = part.addBodies(functions.takeBodies()); !error.empty())
        return Made::failed("X1000", error);
    if (!stages.took("translate"))
      return Made::stopped();

    std::vector<Made> codes = codesOf(parts);
    if (!stages.took("emit"))
      return Made::stopped();
    for (Made &each : codes)
      if (!each.ok())
        return std::move(each);
    if (emit != "shared" && !isArtifact)
      return std::move(codes.front());
    return linked(parts, codes);
  }

private:
  std::vector<KernelModule::Part> partsToMake() const {
    using Part = KernelModule::Part;
    if (isArtifact && !target.isCuda() && functions.describe().size() > 1)
      return {Part::Forward, Part::Backward};
    return {Part::Whole};
  }

  std::vector<Made> codesOf(std::deque<KernelModule> &parts) {
    std::vector<Made> codes(parts.size());
    const auto first = [&] {
      codes.front() = codeOf(parts.front(), [&](std::string_view stage) {
        return isArtifact ? stages.noted(stage) : stages.took(stage);
      });
    };
    if (parts.size() > 1)
      atOnce(
          [&] {
            first();
            if (ahead)
              ahead->find(/*enough=*/false);
          },
          [&] { codes[1] = codeOf(parts[1], [](std::string_view) { return !budgetSpent(); }); });
    else if (isArtifact)
      withTruthBeside(ahead, first);
    else
      first();
    return codes;
  }

  /// Of bodies an object, or what `emit` names on the way; `ended` is told the steps, and says
  /// whether to go on.
  Made codeOf(KernelModule &kernels, llvm::function_ref<bool(std::string_view)> ended) {
    if (std::string error = kernels.addLoops(request.cacheDirectory); !error.empty())
      return failedLoop(error);
    if (!ended("loops"))
      return Made::stopped();
    if (target.isCuda() && (emit == "ptx" || emit == "stage:ptx"))
      return {kernels.ptx()};
    if (emit == "ptx" || emit == "stage:ptx")
      return Made::failed("X1005",
                          "PTX is made for a CUDA target, such as cuda-sm_80; the target is " +
                              request.spec.target);

    // Machine code. An artifact gets that of wide numbers when it is linked.
    if (emit != "artifact" && !emit.starts_with("stage:"))
      if (std::string error = kernels.addWide(); !error.empty())
        return Made::failed("X1000", error);
    if (std::string error = kernels.optimise(); !error.empty())
      return Made::failed("X1005", error);
    if (!ended("optimise"))
      return Made::stopped();
    if (emit == "llvm" || emit == "stage:llvm")
      return {kernels.printIr()};
    if (emit == "asm" || emit == "stage:asm")
      return {kernels.emit(CodeForm::Assembly)};
    std::string object = kernels.emit(CodeForm::Object);
    if (kernels.stackBytes() > mostStack)
      return Made::failed("X1009",
                          "one call of this function takes " +
                              std::to_string(kernels.stackBytes() / 1024) + " KiB of stack; " +
                              std::to_string(mostStack / 1024) +
                              " are the most. Write it with fewer operations, or ask for fewer "
                              "gradients at once");
    if (emit != "object" && emit != "shared" && emit != "artifact")
      return Made::failed("X1005", "cannot emit `" + emit +
                                       "`; object, header, shared, llvm, asm, ptx, c, cpp, cuda, "
                                       "halide, mlir, triton and diff can be emitted");
    return {std::move(object)};
  }

  Made linked(const std::deque<KernelModule> &parts, const std::vector<Made> &codes) {
    std::vector<std::string_view> objects;
    for (const Made &each : codes)
      objects.push_back(each.bytes);
    if (llvm::any_of(parts, [](const KernelModule &part) { return part.needsWide(); }))
      objects.push_back(wide::wideObject());
    const std::string soname =
        sharedName(request.namePrefix, wanted.symbol, request.spec.types,
                   request.targetInNames ? std::string_view(request.spec.target) : "");
    LinkResult linked = linkShared(objects, isArtifact ? "" : soname);
    if (linked.outcome != LinkResult::Done)
      return Made::failed(linked.outcome == LinkResult::NoMemory ? "X1004" : "X1000", linked.error);
    stages.took("link");
    return {std::move(linked.bytes)};
  }

  static Made failedLoop(std::string error) {
    if (error.find(shortage) != std::string::npos)
      return Made::failed("X1004", std::move(error));
    std::string missing = missingHalide();
    return missing.empty() ? Made::failed("X1003", std::move(error))
                           : Made::failed("X1012", std::move(missing));
  }

  const BackendRequest &wanted;
  const Request &request;
  const std::string &emit;
  const Target &target;
  const bool isArtifact;
  RealFunctions &functions;
  TruthAhead *ahead;
  Stages &stages;
};

} // namespace

Made Made::stopped() { return failed("X1009", currentBudget()->message()); }

void withTruthBeside(TruthAhead *ahead, llvm::function_ref<void()> work) {
  if (!ahead || ahead->isComplete())
    return work();
  std::atomic<bool> isDone = false;
  atOnce(
      [&] {
        work();
        isDone = true;
      },
      [&] { ahead->find(isDone); });
}

Made makeCode(const BackendRequest &wanted, RealFunctions &functions, TruthAhead *ahead,
              Stages &stages) {
  return Backend(wanted, functions, ahead, stages).run();
}

} // namespace xphi::compiler
