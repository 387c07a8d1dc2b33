// From LLVM IR to machine code: for x86-64, for other processors ahead of time, for NVIDIA GPUs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_MACHINECODE_H
#define XPHI_COMPILER_CODEGEN_MACHINECODE_H

#include "abi/Target.h"

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>

namespace xphi::compiler {

enum class CodeForm { Object, Assembly };
/// What a module holds: kernels and what calls them, or the runtime's or Halide's code as well.
enum class Contents { Kernels, Anything };

class MachineCode {
public:
  /// The machine for the target's kernels.
  explicit MachineCode(const Target &target);
  ~MachineCode();
  MachineCode(const MachineCode &) = delete;
  MachineCode &operator=(const MachineCode &) = delete;

  /// Gives the module this machine's triple and data layout.
  void prepare(llvm::Module &module) const;
  /// Inlines the body into the loop and cleans up. Short on purpose: Halide has optimised the loop
  /// already, and the body is straight code.
  void optimise(llvm::Module &module) const;
  /// Writes into each function which machine it is for, so that the module as text says it to
  /// others.
  void nameMachine(llvm::Module &module) const;
  std::string emit(llvm::Module &module, CodeForm form, Contents contents = Contents::Anything);
  /// Bytes of stack of the function in emitted code that takes most.
  uint64_t largestFrame() const { return frame; }

private:
  std::string name; ///< of the processor
  std::unique_ptr<llvm::TargetMachine> machine;
  const bool copiesByCall;     ///< objects must not need memcpy
  const unsigned leastScale;   ///< of SVE: registers have so many times 128 bits, or more; else 0
  const bool hasManyRegisters; ///< for vectors: 32 of x86-64's
  const bool hasVectorMasks;   ///< and no registers of their own for them: AVX2
  uint64_t frame = 0;
};

/// Must have run before the first MachineCode; may run again.
void initialiseMachines();

/// The machine for the host code of a CUDA artifact.
Target cudaHostTarget();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_MACHINECODE_H
