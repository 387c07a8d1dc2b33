// The kernels of one artifact as an LLVM module: bodies, loops, entry points, machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_KERNELMODULE_H
#define XPHI_COMPILER_KERNELMODULE_H

#include "codegen/HalideLoops.h"
#include "codegen/MachineCode.h"
#include "codegen/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <memory>
#include <string>
#include <vector>

namespace xphi::compiler {

struct KernelDescription {
  std::string name; ///< of its body: "forward" or "backward"
  unsigned inputs, parameters;
  std::vector<std::string> parameterNames;
  std::string evaluation; ///< as Approximate chose: "f32", "guarded", "f64"
  bool isBackward;
  unsigned order = 0;
};

class KernelModule {
public:
  KernelModule(const Target &target, std::string symbol, std::vector<KernelDescription> kernels);

  /// Each returns an empty text, or what went wrong.
  std::string addBodies(mlir::ModuleOp bodies);
  std::string addLoops(const std::string &cacheDirectory);

  void optimise();
  std::string emit(CodeForm form);

  std::string printLoops() const;
  std::string printIr() const;
  /// The PTX of all kernels, one file; after addLoops() for a CUDA target.
  const std::string &ptx() const { return ptxText; }

private:
  std::string addCpuLoop(const KernelDescription &kernel, std::unique_ptr<llvm::Module> loop);
  std::string addCudaLoop(const KernelDescription &kernel, std::unique_ptr<llvm::Module> loop);
  LoopSignature signature(const KernelDescription &kernel) const;
  std::string info() const;

  Target target;
  std::string symbol;
  std::vector<KernelDescription> kernels;
  llvm::LLVMContext context;
  MachineCode machine;                  ///< for the code that the CPU runs
  std::unique_ptr<llvm::Module> module; ///< that code
  std::unique_ptr<llvm::Module> bodies; ///< of a GPU's kernels
  std::string ptxText;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_KERNELMODULE_H
