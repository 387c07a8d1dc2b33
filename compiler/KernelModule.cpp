// The kernels of one artifact as an LLVM module: bodies, loops, entry points, machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelModule.h"

#include "codegen/EntryPoints.h"
#include "codegen/JoinLoops.h"
#include "codegen/LoopLibrary.h"
#include "codegen/Ptx.h"
#include "codegen/TranslateBody.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

const Target &hostOf(const Target &target) {
  static const Target cudaHost = cudaHostTarget();
  return target.isCuda() ? cudaHost : target;
}

} // namespace

KernelModule::KernelModule(const Target &target, std::string symbol,
                           std::vector<KernelDescription> kernels)
    : target(target), symbol(std::move(symbol)), kernels(std::move(kernels)),
      machine((initialiseMachines(), hostOf(target))) {}

LoopSignature KernelModule::signature(const KernelDescription &kernel) const {
  return {kernel.inputs, kernel.parameters, target};
}

std::string KernelModule::addBodies(mlir::ModuleOp translated) {
  std::unique_ptr<Module> result = translateBody(translated, context);
  if (!result)
    return "the body has an operation that LLVM does not know";
  if (target.isCuda()) {
    bodies = std::move(result);
    module = std::make_unique<Module>("xphi", context);
  } else {
    module = std::move(result);
    module->setModuleIdentifier("xphi");
  }
  machine.prepare(*module);
  return {};
}

std::string KernelModule::addLoops(const std::string &cacheDirectory) {
  static LoopLibrary library;
  for (const KernelDescription &kernel : kernels) {
    Loop loop = library.find(signature(kernel), cacheDirectory);
    if (!loop.error.empty())
      return "Halide cannot make the loop: " + loop.error;
    MemoryBufferRef buffer(loop.bitcode, "loop");
    auto parsed = parseBitcodeFile(buffer, context);
    if (!parsed)
      return "the loop's bitcode is not readable: " + toString(parsed.takeError());
    std::string error = target.isCuda() ? addCudaLoop(kernel, std::move(*parsed))
                                        : addCpuLoop(kernel, std::move(*parsed));
    if (!error.empty())
      return error;
  }
  if (target.isCuda())
    defineCudaBindings(*module);
  defineText(*module, "xphi_info", info());
  return {};
}

std::string KernelModule::addCpuLoop(const KernelDescription &kernel,
                                     std::unique_ptr<Module> loop) {
  Function *body = module->getFunction(kernel.name);
  body->setLinkage(GlobalValue::InternalLinkage);
  body->addFnAttr(Attribute::AlwaysInline);
  const std::string loopFunction = "xphi_loop_" + kernel.name;
  if (!joinLoop(*module, std::move(loop), loopFunction, *body))
    return "the loop does not call the body once for each vector";
  Function *joined = module->getFunction(loopFunction);
  Function *entry = defineEntry(*module, "xphi_" + kernel.name, *joined, signature(kernel));
  if (!symbol.empty())
    defineCFunction(*module, symbol + (kernel.isBackward ? "_f32_backward" : "_f32"), *entry,
                    signature(kernel));
  return {};
}

std::string KernelModule::addCudaLoop(const KernelDescription &kernel,
                                      std::unique_ptr<Module> loop) {
  std::unique_ptr<Module> body = CloneModule(*bodies);
  for (Function &function : make_early_inc_range(*body))
    if (function.getName() == kernel.name)
      function.setName(loopBodyName);
    else if (!function.isDeclaration())
      function.eraseFromParent();
  MachineCode gpu(target);
  gpu.prepare(*body);
  gpu.optimise(*body);
  PtxResult ptx = joinPtx(*loop, "xphi_" + kernel.name, gpu.emit(*body, CodeForm::Assembly));
  if (!ptx.error.empty())
    return ptx.error;
  const std::string loopFunction = "xphi_launch_" + kernel.name;
  if (!linkLoop(*module, std::move(loop), loopFunction))
    return "the launch code cannot be linked";
  defineEntry(*module, "xphi_" + kernel.name + "_cuda", *module->getFunction(loopFunction),
              signature(kernel));
  defineText(*module, "xphi_ptx_" + kernel.name, ptx.text);
  // One file has one header.
  ptxText += ptxText.empty() ? ptx.text : ptx.text.substr(ptx.text.find(".address_size 64") + 16);
  return {};
}

void KernelModule::optimise() { machine.optimise(*module); }

std::string KernelModule::emit(CodeForm form) { return machine.emit(*module, form); }

std::string KernelModule::printLoops() const {
  std::string text;
  for (const KernelDescription &kernel : kernels)
    text += "// The loop around the body of " + kernel.name + ".\n" + printLoop(signature(kernel));
  return text;
}

std::string KernelModule::printIr() const {
  std::string text;
  raw_string_ostream stream(text);
  module->print(stream, nullptr);
  return text;
}

std::string KernelModule::info() const {
  json::Object evaluation;
  for (const KernelDescription &kernel : kernels)
    evaluation[kernel.name] = kernel.evaluation;
  json::Object object{{"abi", 1},
                      {"inputs", int64_t(kernels[0].inputs)},
                      {"parameters", json::Array(kernels[0].parameterNames)},
                      {"target", target.name},
                      {"type", "f32"},
                      {"order", int64_t(kernels[0].order)},
                      {"backward", kernels.size() > 1},
                      {"evaluation", std::move(evaluation)}};
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(object));
  return text;
}

} // namespace xphi::compiler
