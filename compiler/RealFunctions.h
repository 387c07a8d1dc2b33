// The functions being compiled, while they are still functions of real numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From one definition two functions are made: `forward`, the value or one of its derivatives, and
// `backward`, the next derivative times the incoming gradient `dy`.
#ifndef XPHI_COMPILER_REALFUNCTIONS_H
#define XPHI_COMPILER_REALFUNCTIONS_H

#include "KernelModule.h"
#include "dsl/Ast.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>

namespace xphi::compiler {

class RealFunctions {
public:
  RealFunctions(const dsl::Program &program, dsl::DefinitionIndex entry);

  /// The entry and what it calls become one function, `forward`.
  void inlineCalls();
  /// Finds Φ, expm1 and their kin in what was written, so that they are differentiated as such.
  void stabiliseBeforeDerivation();
  /// `forward` becomes its derivative of this order; `backward` is added if asked for.
  void derive(unsigned order, bool backward);
  void stabilise();
  void approximate();
  void lowerToBody(unsigned lanes);

  /// `forward` in the language, before stabilise().
  std::string forwardText();
  std::string print();
  /// The kernels and their operands; valid after approximate().
  std::vector<KernelDescription> describe(unsigned order) const;
  mlir::ModuleOp takeBodies() { return *module; }

  bool ok() const { return error.empty(); }
  const std::string &messages() const { return error; }

private:
  template <class... Passes> void runOnFunctions(Passes... passes);

  mlir::OwningOpRef<mlir::ModuleOp> module;
  unsigned parameters;
  std::vector<std::string> parameterNames;
  std::string entryName, error;
  std::vector<KernelDescription> kernels;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_REALFUNCTIONS_H
