// From LLVM IR to machine code: for x86-64, for other processors ahead of time, for NVIDIA GPUs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/MachineCode.h"

#include "codegen/ConstantsInMemory.h"
#include "codegen/KernelPasses.h"
#include "codegen/PrefetchInputs.h"
#include "codegen/RowsAhead.h"
#include "codegen/SplitHalves.h"
#include "codegen/StaggerLoops.h"
#include "codegen/WidenMasks.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimpleLoopUnswitch.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/LowerMemIntrinsics.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <tuple>

using namespace llvm;

namespace xphi::compiler {
namespace {

// Instructions of a module whose code would take seconds to generate. What people write stays far
// below.
constexpr unsigned longCode = 25000;

// SVE's registers have at most so many times 128 bits.
constexpr unsigned mostScale = 16;

// Copies and fills that other machines' code generators would make calls of memcpy and memset.
void expandCopies(Module &module, const TargetMachine &machine) {
  constexpr uint64_t shortest = 32;
  SmallVector<MemIntrinsic *> found;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *copy = dyn_cast<MemIntrinsic>(&instruction)) {
        auto *length = dyn_cast<ConstantInt>(copy->getLength());
        if (!length || length->getZExtValue() > shortest)
          found.push_back(copy);
      }
  for (MemIntrinsic *each : found) {
    const TargetTransformInfo costs = machine.getTargetTransformInfo(*each->getFunction());
    if (auto *copy = dyn_cast<MemCpyInst>(each))
      expandMemCpyAsLoop(copy, costs);
    else if (auto *move = dyn_cast<MemMoveInst>(each); move && !expandMemMoveAsLoop(move, costs))
      continue;
    else if (auto *fill = dyn_cast<MemSetInst>(each))
      expandMemSetAsLoop(fill);
    each->eraseFromParent();
  }
}

// Whether a loop asks what no element decides (lowering/FarParameters.h).
bool hasFarParameters(const Module &module) {
  return any_of(module,
                [](const Function &function) { return function.getName().contains(".far."); });
}

// What a machine knows of its processor takes half a millisecond to set up.
struct IdleMachines {
  std::mutex mutex;
  StringMap<std::vector<std::unique_ptr<TargetMachine>>> machines;
};

IdleMachines &idle() {
  static auto *idle = new IdleMachines; // for ever: a compile may be under way at exit
  return *idle;
}

} // namespace

void initialiseMachines() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser(); // for instructions that ObjectLevel.cpp names
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    LLVMInitializeRISCVTargetInfo();
    LLVMInitializeRISCVTarget();
    LLVMInitializeRISCVTargetMC();
    LLVMInitializeRISCVAsmPrinter();
    LLVMInitializeWebAssemblyTargetInfo();
    LLVMInitializeWebAssemblyTarget();
    LLVMInitializeWebAssemblyTargetMC();
    LLVMInitializeWebAssemblyAsmPrinter();
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
}

Target cudaHostTarget() { return *Target::parse("x86-64-v3"); }

MachineCode::MachineCode(const Target &target)
    : name(target.name), copiesByCall(target.isForeign()),
      leastScale(target.machine == xphi::Target::Machine::AArch64 && target.level > 1
                     ? target.lanes / 4
                     : 0),
      hasManyRegisters(target.machine == xphi::Target::Machine::X86_64 && target.level >= 4),
      hasVectorMasks(target.machine == xphi::Target::Machine::X86_64 && target.level < 4) {
  {
    std::lock_guard lock(idle().mutex);
    if (auto &machines = idle().machines[name]; !machines.empty()) {
      machine = std::move(machines.back());
      machines.pop_back();
      machine->setOptLevel(CodeGenOptLevel::Default);
      return;
    }
  }
  // 512-bit registers are what the loop was made for; LLVM's default is to avoid them.
  const auto [tripleName, cpu,
              features] = [&]() -> std::tuple<const char *, std::string, const char *> {
    switch (target.machine) {
    case xphi::Target::Machine::X86_64:
      return {"x86_64-unknown-linux-gnu", std::string(target.name), "-prefer-256-bit"};
    case xphi::Target::Machine::AArch64:
      return {"aarch64-unknown-linux-gnu", "generic", target.level == 1 ? "" : "+sve"};
    case xphi::Target::Machine::RiscV64:
      return {"riscv64-unknown-linux-gnu", "generic-rv64", "+m,+a,+f,+d,+c,+v,+zvl128b"};
    case xphi::Target::Machine::Wasm32:
      return {"wasm32-unknown-unknown", "generic", "+simd128"};
    case xphi::Target::Machine::Cuda:
      return {"nvptx64-nvidia-cuda", "sm_" + std::to_string(target.level), ""};
    }
  }();
  Triple triple(tripleName);
  std::string error;
  const llvm::Target *backend = TargetRegistry::lookupTarget(triple, error);
  TargetOptions options;
  options.AllowFPOpFusion = FPOpFusion::Strict; // the body says fma where it means it
  if (target.machine == xphi::Target::Machine::RiscV64)
    options.MCOptions.ABIName = "lp64d";
  const bool fixed = target.machine == xphi::Target::Machine::Wasm32; // as its linker wants it
  machine.reset(backend->createTargetMachine(triple, cpu, features, options,
                                             fixed ? Reloc::Static : Reloc::PIC_, std::nullopt,
                                             CodeGenOptLevel::Default));
}

MachineCode::~MachineCode() {
  if (std::uncaught_exceptions() > 0) // it may have been stopped anywhere
    return;
  std::lock_guard lock(idle().mutex);
  idle().machines[name].push_back(std::move(machine));
}

void MachineCode::prepare(Module &module) const {
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
}

void MachineCode::optimise(Module &module) const {
  if (copiesByCall)
    expandCopies(module, *machine);
  PassBuilder builder(machine.get());
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager callGraph;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);

  FunctionPassManager cleanUp;
  cleanUp.addPass(SROAPass(SROAOptions::ModifyCFG));
  cleanUp.addPass(InstCombinePass());
  cleanUp.addPass(SimplifyCFGPass());
  cleanUp.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  cleanUp.addPass(createFunctionToLoopPassAdaptor(LICMPass(LICMOptions()), /*UseMemorySSA=*/true));
  if (hasFarParameters(module)) // a loop of its own, without the call
    cleanUp.addPass(createFunctionToLoopPassAdaptor(SimpleLoopUnswitchPass(/*NonTrivial=*/true),
                                                    /*UseMemorySSA=*/true));
  cleanUp.addPass(InstCombinePass());

  ModulePassManager passes;
  passes.addPass(GlobalDCEPass());
  passes.addPass(AlwaysInlinerPass());
  passes.addPass(createModuleToFunctionPassAdaptor(std::move(cleanUp)));
  passes.addPass(GlobalDCEPass());
  passes.run(module, modules);
  splitHalves(module);
  if (hasManyRegisters) {
    staggerLoops(module);
    prefetchInputs(module);
  }
  if (hasVectorMasks) {
    findRowsAhead(module);
    widenMasks(module);
    keepConstantsInMemory(module);
  }
  // Vectors of a known length are registers of SVE's where those are known to be as long.
  if (leastScale != 0)
    for (Function &function : module)
      function.addFnAttr(
          Attribute::getWithVScaleRangeArgs(module.getContext(), leastScale, mostScale));
}

void MachineCode::nameMachine(Module &module) const {
  for (Function &function : module)
    if (!function.isDeclaration()) {
      function.addFnAttr("target-cpu", machine->getTargetCPU());
      function.addFnAttr("target-features", machine->getTargetFeatureString());
    }
}

std::string MachineCode::emit(Module &module, CodeForm form, Contents contents) {
  // LLVM's own handler prints, and ends the process for an error.
  module.getContext().setDiagnosticHandlerCallBack(
      [](const DiagnosticInfo *info, void *frame) {
        if (auto *stack = dyn_cast<DiagnosticInfoStackSize>(info))
          *static_cast<uint64_t *>(frame) =
              std::max(*static_cast<uint64_t *>(frame), stack->getStackSize());
      },
      &frame);
  for (Function &function : module)
    if (!function.isDeclaration())
      function.addFnAttr("warn-stack-size", "0");
  // Allocating registers and scheduling take more than linear time in one long block.
  if (module.getInstructionCount() > longCode)
    machine->setOptLevel(CodeGenOptLevel::None);
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager every;
  KernelPasses few;
  legacy::PassManager &passes = contents == Contents::Kernels ? few : every;
  machine->addPassesToEmitFile(passes, stream, nullptr,
                               form == CodeForm::Object ? CodeGenFileType::ObjectFile
                                                        : CodeGenFileType::AssemblyFile);
  passes.run(module);
  return {bytes.begin(), bytes.end()};
}

} // namespace xphi::compiler
