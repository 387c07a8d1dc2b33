// The kernels of one artifact as an LLVM module: bodies, loops, entry points, machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelModule.h"

#include "abi/Artifact.h"
#include "check/CodeHash.h"
#include "codegen/CFunctions.h"
#include "codegen/EntryPoints.h"
#include "codegen/JoinLoops.h"
#include "codegen/LoopLibrary.h"
#include "codegen/LoopMaker.h"
#include "codegen/Ptx.h"
#include "codegen/TranslateBody.h"
#include "codegen/WasmLowering.h"
#include "wide/WideBitcode.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <cassert>

using namespace llvm;

namespace xphi::compiler {
namespace {

// The check comes after the link, so its result is written into bytes that exist already.
constexpr std::string_view noPromise = "null";

/// Room for a certificate whose two places have so many numbers each, and whose pieces are these
/// and one for each output.
std::size_t promiseRoom(std::size_t numbers, ArrayRef<KernelDescription> kernels) {
  std::size_t room = 640 + 48 * numbers;
  constexpr std::size_t piece = 224;
  for (const KernelDescription &kernel : kernels) {
    for (const Certificate::Piece &each : kernel.proved)
      room += piece + each.output.size() + each.fit.size();
    room += piece;
    for (const std::string &name : kernel.gradients)
      room += piece + name.size();
  }
  return room;
}

const Target &hostOf(const Target &target LLVM_LIFETIME_BOUND) {
  static const Target cudaHost = cudaHostTarget();
  return target.isCuda() ? cudaHost : target;
}

// What is rare has a point in its name: one copy of it, out of the bodies' way.
void keepApart(Module &module) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.setLinkage(GlobalValue::InternalLinkage);
    if (!function.getName().contains('.')) {
      function.addFnAttr(Attribute::AlwaysInline);
    } else {
      function.addFnAttr(Attribute::NoInline);
      function.addFnAttr(Attribute::Cold);
      if (function.getName().contains(".wide"))
        function.addFnAttr(Attribute::OptimizeNone); // calls of what takes microseconds
    }
  }
}

bool callsWide(const Module &module) {
  return any_of(module, [](const Function &function) {
    return function.isDeclaration() && function.getName().starts_with("xphi_wide_");
  });
}

} // namespace

KernelModule::KernelModule(const KernelSpec &spec, std::string function, Exports exports,
                           std::vector<KernelDescription> kernels, Part part)
    : spec(spec), target(*Target::parse(spec.target)), function(std::move(function)),
      exports(exports), kernels(std::move(kernels)), part(part),
      machine((initialiseMachines(), hostOf(target))) {}

bool KernelDescription::hasChannels() const {
  return any_of(parameters, [](const Parameter &parameter) { return parameter.channel; });
}

LoopSignature KernelModule::signature(const KernelDescription &kernel, Channels channels) const {
  LoopSignature signature{kernel.inputKinds, "", kernel.outputKinds, target, kernel.vectors};
  for (const KernelDescription::Parameter &parameter : kernel.parameters)
    signature.parameters +=
        char(parameter.channel && channels == Channels::Array ? letterOf(ElementType::F32)
                                                              : char(FloatScalar));
  if (kernel.indexed)
    signature.parameters += char(IndexScalar);
  return signature;
}

ArrayRef<KernelDescription> KernelModule::ownKernels() const {
  const ArrayRef all(kernels);
  return part == Part::Whole ? all : part == Part::Forward ? all.take_front() : all.drop_front();
}

std::string KernelModule::addBodies(mlir::ModuleOp translated) {
  SmallVector<StringRef> own;
  if (part != Part::Whole)
    for (const KernelDescription &kernel : ownKernels())
      own.push_back(kernel.name);
  std::unique_ptr<Module> result = translateBody(translated, context, own);
  if (!result)
    return "the body has an operation that LLVM does not know";
  if (target.isCuda()) {
    bodies = std::move(result);
    module = std::make_unique<Module>("xphi", context);
  } else {
    module = std::move(result);
    module->setModuleIdentifier("xphi");
    keepApart(*module);
    for (const KernelDescription &kernel : ownKernels()) {
      Function *body = module->getFunction(kernel.name);
      body->setName(nameOf(kernel, Channels::Scalar) + ".body");
    }
  }
  machine.prepare(*module);
  return {};
}

std::string KernelModule::addLoops(const std::string &cacheDirectory) {
  for (const KernelDescription &kernel : ownKernels()) {
    std::string error = addLoop(kernel, Channels::Scalar, cacheDirectory);
    if (error.empty() && kernel.hasChannels())
      error = addLoop(kernel, Channels::Array, cacheDirectory);
    if (error.empty() && exports == Exports::CFunctions)
      error = addCFunctions(kernel);
    if (!error.empty())
      return error;
  }
  if (target.isCuda())
    defineCudaBindings(*module);
  if (exports == Exports::Artifact && part != Part::Backward)
    defineText(*module, infoSymbol, info());
  return {};
}

std::string KernelModule::addLoop(const KernelDescription &kernel, Channels channels,
                                  const std::string &cacheDirectory) {
  static LoopLibrary library;
  FoundLoop loop = library.find(signature(kernel, channels), cacheDirectory, context);
  if (!loop.module)
    return "Halide cannot make the loop: " + loop.error;
  return target.isCuda() ? addCudaLoop(kernel, channels, std::move(loop.module))
                         : addCpuLoop(kernel, channels, std::move(loop.module));
}

std::string KernelModule::addCpuLoop(const KernelDescription &kernel, Channels channels,
                                     std::unique_ptr<Module> loop) {
  const std::string name = nameOf(kernel, channels);
  Function *body = module->getFunction(nameOf(kernel, Channels::Scalar) + ".body");
  if (!joinLoop(*module, std::move(loop), name + ".loop", *body))
    return "the loop does not call the body once for each vector";
  const bool artifact = exports == Exports::Artifact;
  defineEntry(*module, artifact ? entrySymbol(kernel, channels) : name + ".entry",
              *module->getFunction(name + ".loop"), signature(kernel, channels),
              artifact ? GlobalValue::ExternalLinkage : GlobalValue::InternalLinkage);
  return {};
}

std::string KernelModule::addCFunctions(const KernelDescription &kernel) {
  const std::string name = nameOf(kernel, Channels::Scalar);
  CKernel description{name, module->getFunction(name + ".entry"),
                      module->getFunction(nameOf(kernel, Channels::Array) + ".entry")};
  auto role = [](char kind) {
    return kind == ByteArray ? char(CRole::Bits) : char('0' + bytesOf(kind));
  };
  for (char kind : kernel.inputKinds)
    description.inputs += role(kind);
  auto roleOf = [](const KernelDescription::Parameter &parameter) {
    return char(parameter.channel ? CRole::PerChannel : CRole::Scalar);
  };
  for (const KernelDescription::Parameter &parameter : kernel.parameters)
    description.parameters += roleOf(parameter);
  description.indexed = kernel.indexed;
  for (auto [i, kind] : enumerate(kernel.outputKinds)) {
    auto parameter = find_if(kernel.parameters, [&](const KernelDescription::Parameter &each) {
      return kernel.isBackward() && each.name == kernel.gradients[i];
    });
    description.outputs += parameter == kernel.parameters.end() ? role(kind) : roleOf(*parameter);
  }
  return defineCFunctions(*module, description);
}

std::string KernelModule::nameOf(const KernelDescription &kernel, Channels channels) const {
  return function + (kernel.isBackward() ? "_backward" : "") +
         (channels == Channels::Array ? channelsSuffix : "");
}

std::string KernelModule::entrySymbol(const KernelDescription &kernel, Channels channels) const {
  const char *name = target.isCuda()
                         ? (kernel.isBackward() ? backwardCudaSymbol : forwardCudaSymbol)
                         : (kernel.isBackward() ? backwardSymbol : forwardSymbol);
  return std::string(name) + (channels == Channels::Array ? channelsSuffix : "");
}

// The kernel's body as one scalar function for each result, named as the loop calls them.
std::unique_ptr<Module> KernelModule::cudaBody(const KernelDescription &kernel) {
  std::unique_ptr<Module> body = CloneModule(*bodies);
  Function *whole = body->getFunction(kernel.name);
  for (unsigned i = 0; i < kernel.outputKinds.size(); ++i) {
    Type *result = whole->getReturnType();
    if (auto several = dyn_cast<StructType>(result))
      result = several->getElementType(i);
    auto part =
        Function::Create(FunctionType::get(result, whole->getFunctionType()->params(), false),
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
  for (Function &function : make_early_inc_range(*body)) {
    if (&function == whole || function.isDeclaration() ||
        function.getName().starts_with(loopBodyPrefix))
      continue;
    if (function.getName().contains(
            '.')) { // what bodies call: threads of a GPU go different ways anyhow
      function.setLinkage(GlobalValue::InternalLinkage);
      function.addFnAttr(Attribute::AlwaysInline);
    } else {
      function.eraseFromParent();
    }
  }
  return body;
}

std::string KernelModule::addCudaLoop(const KernelDescription &kernel, Channels channels,
                                      std::unique_ptr<Module> loop) {
  const std::string name = nameOf(kernel, channels);
  std::unique_ptr<Module> body = cudaBody(kernel);
  MachineCode gpu(target);
  gpu.prepare(*body);
  gpu.optimise(*body);
  PtxResult ptx = joinPtx(*loop, name, gpu.emit(*body, CodeForm::Assembly));
  if (!ptx.error.empty())
    return ptx.error;
  if (!linkLoop(*module, std::move(loop), name + ".launch"))
    return "the launch code cannot be linked";
  defineEntry(*module, entrySymbol(kernel, channels), *module->getFunction(name + ".launch"),
              signature(kernel, channels), GlobalValue::ExternalLinkage);
  // One file has one header.
  ptxText += ptxText.empty() ? ptx.text : ptx.text.substr(ptx.text.find(".address_size 64") + 16);
  return {};
}

std::string KernelModule::optimise() {
  if (target.machine == Target::Machine::Wasm32)
    if (std::string error = lowerForWasm(*module); !error.empty())
      return error;
  assert(!verifyModule(*module) && "bodies and loops, joined, are LLVM IR");
  machine.optimise(*module);
  return {};
}

bool KernelModule::needsWide() const { return callsWide(*module); }

std::string KernelModule::addWide() {
  if (!needsWide())
    return {};
  const std::string_view bitcode = wide::wideBitcode();
  auto parsed = getLazyBitcodeModule(
      MemoryBufferRef(StringRef(bitcode.data(), bitcode.size()), "wide"), context);
  if (!parsed)
    return "the wide numbers are not readable: " + toString(parsed.takeError());
  (*parsed)->setDataLayout(module->getDataLayout());
  (*parsed)->setTargetTriple(module->getTargetTriple());
  SmallPtrSet<const GlobalValue *, 32> own;
  for (GlobalValue &value : module->global_values())
    if (!value.isDeclaration())
      own.insert(&value);
  if (Linker::linkModules(*module, std::move(*parsed), Linker::LinkOnlyNeeded) || needsWide())
    return "the wide numbers cannot be linked";
  for (GlobalValue &value : module->global_values())
    if (!value.isDeclaration() && !own.contains(&value)) {
      value.setVisibility(GlobalValue::DefaultVisibility);
      value.setLinkage(GlobalValue::InternalLinkage);
      if (auto *object = dyn_cast<GlobalObject>(&value))
        object->setComdat(nullptr);
      if (auto *function = dyn_cast<Function>(&value))
        for (const char *attribute : {"target-cpu", "target-features", "tune-cpu"})
          function->removeFnAttr(attribute);
    }
  return {};
}

std::string KernelModule::emit(CodeForm form) {
  // The back end rewrites what it reads.
  const bool isKernels = exports == Exports::Artifact && !target.isCuda();
  return machine.emit(*CloneModule(*module), form,
                      isKernels ? Contents::Kernels : Contents::Anything);
}

Loop KernelModule::printLoops() const {
  Loop all;
  for (const KernelDescription &kernel : kernels) {
    Loop loop = printLoop(signature(kernel, Channels::Scalar));
    if (!loop.error.empty())
      return loop;
    all.bitcode += "// The loop around the body of " + kernel.name + ".\n" + loop.bitcode;
  }
  return all;
}

std::string KernelModule::printIr() {
  machine.nameMachine(*module);
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
  json::Object evaluation, reasons;
  for (const KernelDescription &kernel : kernels) {
    evaluation[kernel.name] = json::Array(kernel.evaluation);
    reasons[kernel.name] = json::Array(kernel.reasons);
  }
  json::Object object{{"abi", artifactAbi},
                      {"inputs", json::Array(forward.inputs)},
                      {"parameters", std::move(parameters)},
                      {"spec", spec.print()},
                      {"evaluation", std::move(evaluation)},
                      {"reasons", std::move(reasons)}};
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(object));
  text.pop_back(); // the brace
  std::string promise(noPromise);
  promise.resize(promiseRoom(forward.inputs.size() + forward.parameters.size(), kernels), ' ');
  return text + std::string(certificateKey) + promise + "}";
}

bool KernelModule::certify(std::string &artifact, Certificate &certificate) {
  const std::optional<CertificatePlace> place = certificatePlace(artifact);
  if (!place)
    return false;
  certificate.code = codeHash(artifact);
  const std::size_t room = place->end - place->begin;
  std::string promise = printCertificate(certificate, room);
  if (promise.size() > room)
    return false;
  promise.resize(room, ' ');
  artifact.replace(place->begin, room, promise);
  return true;
}

} // namespace xphi::compiler
