// The functions being compiled, while they are still functions of real numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From one definition come `forward`, the value or one of its derivatives, and for each variable
// whose gradient is asked for `backward.<variable>`, the next derivative times the incoming
// gradient `dy`. These stay separate functions, so that a gradient does not depend on which others
// are made with it; lowerToBody() makes them the results of one kernel.
#ifndef XPHI_COMPILER_REALFUNCTIONS_H
#define XPHI_COMPILER_REALFUNCTIONS_H

#include "KernelModule.h"
#include "abi/Promise.h"
#include "approx/DoubleFit.h"
#include "approx/ElementTable.h"
#include "approx/Fit.h"
#include "dsl/Ast.h"
#include "passes/FitParts.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace xphi::compiler {

/// An MLIR context for one compile, given back at its end. Making one costs more than compiling, so
/// they are kept, but for one that a long function has swollen. One whose compile was stopped
/// half-way is not given back.
class ContextLoan {
public:
  ContextLoan();
  ~ContextLoan();
  ContextLoan(const ContextLoan &) = delete;
  ContextLoan &operator=(const ContextLoan &) = delete;
  mlir::MLIRContext &operator*() const { return *context; }

private:
  std::unique_ptr<mlir::MLIRContext> context;
  const std::int64_t heldBefore; ///< Budget.h's heldBytes
};

class RealFunctions {
public:
  /// Variables are inputs and parameters, by name.
  using Variables = std::vector<std::string>;

  RealFunctions(const dsl::Program &program, dsl::DefinitionIndex entry, const KernelSpec &spec);

  /// The entry and what it calls become one function, `forward`.
  void resolveCalls();
  /// Finds Φ, expm1 and their kin in what was written, so that they are differentiated as such.
  void stabiliseBeforeDerivation();
  /// `forward` becomes its derivative in these variables, one after the other; a `backward` is
  /// added for each gradient. The variables exist.
  void derive(const Variables &derivative, const Variables &gradients);
  /// Makes the gradients functions of what the backward pass keeps. False if that is not enough;
  /// functions of one input only.
  bool keep(Keep kept);
  /// Everything that would be enough, by name.
  std::string enoughToKeep();
  void stabilise();
  /// In place of approximate(): each kernel looks its results up in its table, as is best on an x86
  /// or elsewhere.
  void tabulate(std::vector<ElementTable> tables, bool isX86);
  /// Does both, and comes back when both are done.
  using AtOnce = llvm::function_ref<void(llvm::function_ref<void()>, llvm::function_ref<void()>)>;
  /// Fits parts where `limits` are given: what the machine can look up. Where `atOnce` has two
  /// threads they need turns.
  void approximate(
      const std::optional<FitLimits> &limits,
      AtOnce atOnce = [](auto one, auto other) { one(), other(); }, Turns *turns = nullptr);
  /// With `wide`, bodies call the library of wide numbers where f64 does not do. May be done again.
  /// With `avx2` as is best there, in bits that other targets do not have.
  void lowerToBody(unsigned lanes, bool wide, bool avx2 = false);
  /// Whether there is a more careful way to evaluate than the present one: something is still
  /// evaluated without a bound on its errors.
  bool canEscalate() const;
  /// First without fits, then all of it watched, when it is lowered again.
  void escalate();

  /// `forward` in the language, before stabilise().
  std::string forwardText();
  std::string print();
  /// The rules that brought the functions into their stable form, with their reasons, and the
  /// functions.
  std::string printWithRules();
  /// What keeps the functions from a faster evaluation, and the functions; after approximate().
  std::string printWithReasons();
  /// What fits were searched for, as FitSearches::listed(); after approximate(), where that was
  /// told to list them.
  void listSearches() { listsSearches = true; }
  const std::string &printSearches() const { return searched; }
  /// The kernels and their operands; valid after approximate() or tabulate().
  const std::vector<KernelDescription> &describe() const { return kernels; }
  mlir::ModuleOp takeBodies() { return *module; }

  bool ok() const { return error.empty(); }
  const std::string &messages() const { return error; }

private:
  void markPromise();
  void chooseVectors(unsigned lanes);
  void lowerTables(unsigned lanes);
  FitLimits limitsOf(const FitLimits &limits, bool isBackward) const;
  void fitKernels(const FitLimits &limits, FitSearches &searches, AtOnce atOnce, Turns *turns);
  void addDefaults(const FitLimits &limits, FitSearches &searches);
  void markDefaults();
  void chooseNumbers();
  bool isProvable(const KernelDescription &kernel, std::size_t output, const Fit &fit) const;
  /// What the fit that a function's result is vouches for.
  std::vector<Certificate::Piece> provedBy(const FittedResult &fitted, const std::string &of) const;
  std::optional<FitLimits::Elements> elementsOf(bool isBackward) const;
  std::optional<double> slackOf(char output) const;
  void runOnModule(std::unique_ptr<mlir::Pass> pass);
  template <class... Passes> void runOnFunctions(Passes... passes);
  unsigned indexOf(const std::string &variable) const;
  /// Whether a gradient is that of a parameter.
  bool hasSum() const;
  bool hasOneGradient() const;

  ContextLoan context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::OwningOpRef<mlir::ModuleOp> approximated; ///< what lowerToBody() starts from
  std::vector<std::string> variables;             ///< inputs, then parameters
  std::map<std::string, double> defaults;         ///< of parameters
  std::string error, searched;
  bool listsSearches = false;
  std::vector<KernelDescription> kernels;
  std::vector<Fit> fits;
  std::vector<DoubleFit> doubleFits;
  std::vector<ElementTable> tables;              ///< of each kernel, or none
  bool isX86 = false;                            ///< where the tables are
  mlir::OwningOpRef<mlir::ModuleOp> withoutFits; ///< what to begin again with, where there are any
  const ArrayTypes types;
  const Promise promise;
  /// The program is one of the library's functions, letter for letter but its name, and what is
  /// promised of it is what the tests look at.
  bool isLibrary;
  /// Backward reads y. Of that a derivative is defined on a part of the numbers only, so it has no
  /// fits.
  bool isFromOutput = false;
  const bool hasClauses; ///< a definition says what its derivative is
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_REALFUNCTIONS_H
