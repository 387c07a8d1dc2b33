// The kernels of one artifact as an LLVM module: bodies, loops, entry points, machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelModule.h"

#include "codegen/EntryPoints.h"
#include "codegen/JoinLoops.h"
#include "codegen/LoopLibrary.h"
#include "codegen/LoopMaker.h"
#include "codegen/Ptx.h"
#include "codegen/TranslateBody.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <mutex>

using namespace llvm;

namespace xphi::compiler {
namespace {

const Target &hostOf(const Target &target) {
  static const Target cudaHost = cudaHostTarget();
  return target.isCuda() ? cudaHost : target;
}

// Halide, and the loops that it made, are for one thread at a time.
std::mutex &halide() {
  static std::mutex one;
  return one;
}

} // namespace

KernelModule::KernelModule(const Target &target, std::string symbol,
                           std::vector<KernelDescription> kernels)
    : target(target), symbol(std::move(symbol)), kernels(std::move(kernels)),
      machine((initialiseMachines(), hostOf(target))) {}

bool KernelDescription::hasChannels() const {
  return any_of(parameters, [](const Parameter &parameter) { return parameter.channel; });
}

LoopSignature KernelModule::signature(const KernelDescription &kernel, Channels channels) const {
  LoopSignature signature{kernel.inputKinds, "", kernel.outputKinds, target};
  for (const KernelDescription::Parameter &parameter : kernel.parameters)
    signature.parameters +=
        char(parameter.channel && channels == Channels::Array ? FloatArray : FloatScalar);
  return signature;
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
  for (const KernelDescription &kernel : kernels) {
    std::string error = addLoop(kernel, Channels::Scalar, cacheDirectory);
    if (error.empty() && kernel.hasChannels())
      error = addLoop(kernel, Channels::Array, cacheDirectory);
    if (!error.empty())
      return error;
  }
  if (target.isCuda())
    defineCudaBindings(*module);
  defineText(*module, "xphi_info", info());
  return {};
}

std::string KernelModule::addLoop(const KernelDescription &kernel, Channels channels,
                                  const std::string &cacheDirectory) {
  Loop loop = [&] {
    static LoopLibrary library;
    std::lock_guard lock(halide());
    return library.find(signature(kernel, channels), cacheDirectory);
  }();
  if (!loop.error.empty())
    return "Halide cannot make the loop: " + loop.error;
  auto parsed = parseBitcodeFile(MemoryBufferRef(loop.bitcode, "loop"), context);
  if (!parsed)
    return "the loop's bitcode is not readable: " + toString(parsed.takeError());
  return target.isCuda() ? addCudaLoop(kernel, channels, std::move(*parsed))
                         : addCpuLoop(kernel, channels, std::move(*parsed));
}

std::string KernelModule::addCpuLoop(const KernelDescription &kernel, Channels channels,
                                     std::unique_ptr<Module> loop) {
  const std::string suffix = channels == Channels::Array ? "_channels" : "";
  Function *body = module->getFunction(kernel.name);
  body->setLinkage(GlobalValue::InternalLinkage);
  body->addFnAttr(Attribute::AlwaysInline);
  const std::string loopFunction = "xphi_loop_" + kernel.name + suffix;
  if (!joinLoop(*module, std::move(loop), loopFunction, *body))
    return "the loop does not call the body once for each vector";
  Function *joined = module->getFunction(loopFunction);
  Function *entry =
      defineEntry(*module, "xphi_" + kernel.name + suffix, *joined, signature(kernel, channels));
  if (!symbol.empty())
    defineCFunction(*module, symbol + (kernel.isBackward() ? "_f32_backward" : "_f32") + suffix,
                    *entry, signature(kernel, channels));
  return {};
}

// The kernel's body as one scalar function for each result, named as the loop calls them.
std::unique_ptr<Module> KernelModule::cudaBody(const KernelDescription &kernel) {
  std::unique_ptr<Module> body = CloneModule(*bodies);
  Function *whole = body->getFunction(kernel.name);
  for (unsigned i = 0; i < kernel.outputKinds.size(); ++i) {
    Type *f32 = Type::getFloatTy(context);
    auto part = Function::Create(FunctionType::get(f32, whole->getFunctionType()->params(), false),
                                 GlobalValue::ExternalLinkage, loopBodyName(i), *body);
    IRBuilder<> b(BasicBlock::Create(context, "start", part));
    SmallVector<Value *> arguments;
    for (Argument &argument : part->args())
      arguments.push_back(&argument);
    Value *results = b.CreateCall(whole, arguments);
    b.CreateRet(results->getType()->isStructTy() ? b.CreateExtractValue(results, i) : results);
  }
  whole->addFnAttr(Attribute::AlwaysInline);
  whole->setLinkage(GlobalValue::InternalLinkage);
  for (Function &function : make_early_inc_range(*body))
    if (&function != whole && !function.isDeclaration() &&
        !function.getName().starts_with(loopBodyPrefix))
      function.eraseFromParent();
  return body;
}

std::string KernelModule::addCudaLoop(const KernelDescription &kernel, Channels channels,
                                      std::unique_ptr<Module> loop) {
  const std::string name = kernel.name + (channels == Channels::Array ? "_channels" : "");
  std::unique_ptr<Module> body = cudaBody(kernel);
  MachineCode gpu(target);
  gpu.prepare(*body);
  gpu.optimise(*body);
  PtxResult ptx = joinPtx(*loop, "xphi_" + name, gpu.emit(*body, CodeForm::Assembly));
  if (!ptx.error.empty())
    return ptx.error;
  const std::string loopFunction = "xphi_launch_" + name;
  if (!linkLoop(*module, std::move(loop), loopFunction))
    return "the launch code cannot be linked";
  defineEntry(*module,
              "xphi_" + kernel.name + "_cuda" + (channels == Channels::Array ? "_channels" : ""),
              *module->getFunction(loopFunction), signature(kernel, channels));
  defineText(*module, "xphi_ptx_" + name, ptx.text);
  // One file has one header.
  ptxText += ptxText.empty() ? ptx.text : ptx.text.substr(ptx.text.find(".address_size 64") + 16);
  return {};
}

void KernelModule::optimise() { machine.optimise(*module); }

std::string KernelModule::emit(CodeForm form) { return machine.emit(*module, form); }

std::string KernelModule::printLoops() const {
  std::string text;
  std::lock_guard lock(halide());
  for (const KernelDescription &kernel : kernels)
    text += "// The loop around the body of " + kernel.name + ".\n" +
            printLoop(signature(kernel, Channels::Scalar));
  return text;
}

std::string KernelModule::printIr() const {
  std::string text;
  raw_string_ostream stream(text);
  module->print(stream, nullptr);
  return text;
}

std::string KernelModule::info() const {
  const KernelDescription &forward = kernels.front();
  json::Array parameters;
  for (const KernelDescription::Parameter &parameter : forward.parameters)
    parameters.push_back(json::Object{{"name", parameter.name}, {"channel", parameter.channel}});
  json::Object evaluation;
  for (const KernelDescription &kernel : kernels)
    evaluation[kernel.name] = json::Array(kernel.evaluation);
  json::Object object{{"abi", 2},
                      {"inputs", json::Array(forward.inputs)},
                      {"parameters", std::move(parameters)},
                      {"derivative", json::Array(forward.derivative)},
                      {"gradients", json::Array(kernels.back().gradients)},
                      {"keep", kernels.back().keep},
                      {"target", target.name},
                      {"type", "f32"},
                      {"evaluation", std::move(evaluation)}};
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(object));
  return text;
}

} // namespace xphi::compiler
