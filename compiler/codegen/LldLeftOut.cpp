// What the archive of lld asks for and no link here uses: targets beside ours, and Polly for LTO.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lld sets up every target that LLVM was built with, so that it can optimise bitcode. Only objects
// are linked here; without these the compiler library would hold code generators of twenty
// machines.
#include "llvm/Plugins/PassPlugin.h"

#define LEFT_OUT_PARSER(Machine)                                                                   \
  void LLVMInitialize##Machine##AsmParser() {}

#define LEFT_OUT(Machine)                                                                          \
  void LLVMInitialize##Machine##Target() {}                                                        \
  void LLVMInitialize##Machine##TargetInfo() {}                                                    \
  void LLVMInitialize##Machine##TargetMC() {}                                                      \
  void LLVMInitialize##Machine##AsmPrinter() {}                                                    \
  LEFT_OUT_PARSER(Machine)

extern "C" {
LEFT_OUT_PARSER(AArch64)
LEFT_OUT_PARSER(RISCV)
LEFT_OUT_PARSER(WebAssembly)
LEFT_OUT(AMDGPU)
LEFT_OUT(ARM)
LEFT_OUT(AVR)
LEFT_OUT(BPF)
LEFT_OUT(Hexagon)
LEFT_OUT(Lanai)
LEFT_OUT(LoongArch)
LEFT_OUT(M68k)
LEFT_OUT(MSP430)
LEFT_OUT(Mips)
LEFT_OUT(PowerPC)
LEFT_OUT(SPIRV)
LEFT_OUT(Sparc)
LEFT_OUT(SystemZ)
LEFT_OUT(VE)
LEFT_OUT(XCore)
LEFT_OUT(Xtensa)
}

llvm::PassPluginLibraryInfo getPollyPluginInfo() { return {}; }
