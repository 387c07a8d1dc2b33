// LLVM's code generation without the passes that have nothing to do in kernels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/KernelPasses.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Pass.h"
#include "llvm/PassInfo.h"
#include "llvm/PassRegistry.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

// By their arguments; a name that LLVM has no more leaves nothing out.
bool isOfOtherCode(StringRef argument) {
  static const StringSet<> *const passes = new StringSet<>{
      // Integers beyond 128 bits, atomics, memcmp, calls of libm, blocks whose address is taken.
      "expand-ir-insts", "atomic-expand", "mergeicmps", "expand-memcmp", "replace-with-veclib",
      "partially-inline-libcalls", "indirectbr-expand", "callbrprepare",
      // Exceptions, garbage collection, reference counts.
      "dwarf-eh-prepare", "funclet-layout", "gc-lowering", "shadow-stack-gc-lowering",
      "gc-analysis", "fixup-statepoint-caller-saved", "stackmap-liveness", "objc-arc-contract",
      // Debug information and reports.
      "debug-ata", "removeredundantdebugvalues", "livedebugvalues", "remove-loads-into-fake-uses",
      "stack-frame-layout", "regallocscoringpass",
      // Instrumentation and hardening, which attributes ask for.
      "post-inline-ee-instrument", "safe-stack", "kcfi", "fentry-insert", "xray-instrumentation",
      "patchable-function", "machine-sanmd", "pseudo-probe-inserter", "x86-slh", "x86-lvi-load",
      "x86-lvi-ret", "x86-seses", "x86-return-thunks", "x86-suppress-apx-for-relocation",
      // Tiles.
      "x86-lower-amx-intrinsics", "x86-lower-amx-type", "tilepreconfig", "x86-tile-config",
      "x86-lower-tile-copy"};
  return passes->contains(argument);
}

// Those that have no arguments.
bool isNamedForOtherCode(StringRef name) {
  static const StringSet<> *const passes =
      new StringSet<>{"Local Dynamic TLS Access Clean-up", "X86 PIC Global Base Reg Initialization",
                      "X86 Indirect Branch Tracking",      "X86 Indirect Thunks",
                      "X86 insert wait instruction",       "X86 Atom pad short functions"};
  return passes->contains(name);
}

} // namespace

void KernelPasses::add(Pass *pass) {
  const PassInfo *info = PassRegistry::getPassRegistry()->getPassInfo(pass->getPassID());
  const StringRef argument = info ? info->getPassArgument() : StringRef();
  if (argument.empty() ? isNamedForOtherCode(pass->getPassName()) : isOfOtherCode(argument))
    delete pass;
  else
    PassManager::add(pass);
}

} // namespace xphi::compiler
