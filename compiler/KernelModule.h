// The kernels of one artifact as an LLVM module: bodies, loops, entry points, machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_KERNELMODULE_H
#define XPHI_COMPILER_KERNELMODULE_H

#include "abi/Certificate.h"
#include "abi/KernelSpec.h"
#include "abi/Target.h"
#include "codegen/LoopMaker.h"
#include "codegen/LoopSignature.h"
#include "codegen/MachineCode.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <memory>
#include <string>
#include <vector>

namespace xphi::compiler {

struct KernelDescription {
  struct Parameter {
    std::string name;
    bool channel; ///< a value for each channel
  };

  std::string name;                    ///< of its body: "forward" or "backward"
  std::vector<std::string> inputs;     ///< arrays it reads; of a backward kernel the last is `dy`
  std::string inputKinds, outputKinds; ///< a letter for each array, see LoopSignature.h
  std::vector<Parameter> parameters;
  unsigned vectors = 1;                ///< that its body takes at once
  bool indexed = false;                ///< it draws random bits of elements, by their index
  std::vector<std::string> derivative; ///< variables in which forward is differentiated
  std::vector<std::string> gradients;  ///< of a backward kernel, one result each
  std::vector<std::string> evaluation; ///< of each result, as Approximate chose: "f32", "guarded",
                                       ///< "f64", "watched"
  std::vector<std::string> reasons;    ///< what is in the way of a faster one, or empty
  /// Of the results, from their fits; and without a method the operations of others, if they are
  /// few.
  std::vector<Certificate::Piece> proved;

  bool isBackward() const { return !gradients.empty(); }
  bool hasChannels() const;
};

class KernelModule {
public:
  /// What the module exports: the runtime's artifact its fixed names (abi/Artifact.h), an
  /// ahead-of-time object its C functions and nothing else.
  enum class Exports { Artifact, CFunctions };

  /// Which of the kernels it has, where two threads make one artifact of two objects. What the
  /// artifact says of itself, of both, is with forward.
  enum class Part { Whole, Forward, Backward };

  /// Everything is named after `function`, such as "gelu_f32".
  KernelModule(const KernelSpec &spec, std::string function, Exports exports,
               std::vector<KernelDescription> kernels, Part part = Part::Whole);

  /// Each returns an empty text, or what went wrong. Bodies are of all kernels (convertBody());
  /// what was added shares nothing with them.
  std::string addBodies(mlir::ModuleOp bodies);
  std::string addLoops(const std::string &cacheDirectory);

  /// An empty text, or what the target has no code for.
  std::string optimise();
  /// Whether a body calls wide numbers; until addWide(), which puts their code beside it.
  bool needsWide() const;
  std::string addWide();
  std::string emit(CodeForm form);
  /// Bytes of stack that one call takes; after emit().
  uint64_t stackBytes() const { return machine.largestFrame(); }

  /// Writes a certificate, which gets the hash of the code, into the place that the linked
  /// artifact's description has for it. False if there is none.
  static bool certify(std::string &artifact, Certificate &certificate);

  Loop printLoops() const;
  std::string printIr();
  /// The PTX of all kernels, one file; after addLoops() for a CUDA target.
  const std::string &ptx() const { return ptxText; }

private:
  /// How channel parameters reach the body: as one number, or as an array beside the inputs.
  enum class Channels { Scalar, Array };

  std::string addLoop(const KernelDescription &kernel, Channels channels,
                      const std::string &cacheDirectory);
  std::string addCpuLoop(const KernelDescription &kernel, Channels channels,
                         std::unique_ptr<llvm::Module> loop);
  std::string addCudaLoop(const KernelDescription &kernel, Channels channels,
                          std::unique_ptr<llvm::Module> loop);
  /// The C functions of a kernel whose loops are there.
  std::string addCFunctions(const KernelDescription &kernel);
  std::string nameOf(const KernelDescription &kernel, Channels channels) const;
  /// In an artifact, see abi/Artifact.h.
  std::string entrySymbol(const KernelDescription &kernel, Channels channels) const;
  std::unique_ptr<llvm::Module> cudaBody(const KernelDescription &kernel);
  LoopSignature signature(const KernelDescription &kernel, Channels channels) const;
  llvm::ArrayRef<KernelDescription> ownKernels() const;
  std::string info() const;

  const KernelSpec &spec;
  Target target;
  std::string function;
  Exports exports;
  std::vector<KernelDescription> kernels;
  Part part;
  llvm::LLVMContext context;
  MachineCode machine;                  ///< for the code that the CPU runs
  std::unique_ptr<llvm::Module> module; ///< that code
  std::unique_ptr<llvm::Module> bodies; ///< of a GPU's kernels
  std::string ptxText;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_KERNELMODULE_H
