// The functions being compiled, while they are still functions of real numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RealFunctions.h"

#include "codegen/TranslateBody.h"
#include "dialect/XphiDialect.h"
#include "lowering/EmitDialect.h"
#include "lowering/RaiseToText.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

// One context for the process: the first use of a dialect costs more than a compilation.
MLIRContext &sharedContext() {
  static MLIRContext *context = [] {
    DialectRegistry registry;
    registry.insert<XphiDialect, arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                    math::MathDialect, scf::SCFDialect, vector::VectorDialect>();
    func::registerInlinerExtension(registry);
    registerTranslations(registry);
    auto context = new MLIRContext(registry, MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
    // Nothing is printed from a library: what goes wrong travels in the result.
    context->getDiagEngine().registerHandler([](Diagnostic &) { return success(); });
    return context;
  }();
  return *context;
}

} // namespace

RealFunctions::RealFunctions(const dsl::Program &program, dsl::DefinitionIndex entry)
    : module(emitDialect(sharedContext(), program, entry)),
      parameters(program.definitions[entry].parameters.size()),
      entryName(program.definitions[entry].name) {
  for (const dsl::Parameter &parameter : program.definitions[entry].parameters)
    parameterNames.push_back(parameter.name);
  unsigned inputs = program.definitions[entry].inputs.size();
  kernels.push_back({"forward", inputs, parameters, parameterNames, "", false});
}

template <class... Passes> void RealFunctions::runOnFunctions(Passes... passes) {
  PassManager manager(module->getContext());
  manager.enableVerifier(false);
  (manager.addNestedPass<func::FuncOp>(std::move(passes)), ...);
  if (failed(manager.run(*module)))
    error = "on the functions of real numbers";
}

void RealFunctions::inlineCalls() {
  PassManager manager(module->getContext());
  manager.enableVerifier(false);
  if (module->getBody()->getOperations().size() > 1)
    manager.addPass(createInlinerPass(llvm::StringMap<OpPassManager>(), nullptr));
  if (failed(manager.run(*module)))
    error = "inlining";
  for (auto function : llvm::make_early_inc_range(module->getOps<func::FuncOp>()))
    if (function.getName() == entryName)
      function.setName("forward");
    else
      function.erase();
}

void RealFunctions::stabiliseBeforeDerivation() {
  runOnFunctions(createSimplifyPass(), createStabilisePass(/*last=*/false), createSimplifyPass());
}

void RealFunctions::derive(unsigned order, bool backward) {
  auto forward = *module->getOps<func::FuncOp>().begin();
  func::FuncOp copy;
  if (backward) {
    copy = forward.clone();
    copy.setName("backward");
  }
  auto differentiate = [&](func::FuncOp function, unsigned times) {
    PassManager manager(module->getContext(), func::FuncOp::getOperationName());
    manager.enableVerifier(false);
    for (unsigned i = 0; i < times; ++i) { // in between, so that expressions do not swell
      manager.addPass(createDerivePass());
      manager.addPass(createSimplifyPass());
      manager.addPass(createStabilisePass(/*last=*/false));
      manager.addPass(createSimplifyPass());
    }
    if (failed(manager.run(function)))
      error = "differentiation";
  };
  differentiate(forward, order);
  if (backward) {
    module->push_back(copy);
    differentiate(copy, order + 1);
    kernels.push_back({"backward", kernels[0].inputs + 1, parameters, parameterNames, "", true});
  }
}

void RealFunctions::stabilise() {
  runOnFunctions(createStabilisePass(/*last=*/true), createSimplifyPass());
}

void RealFunctions::approximate() {
  for (auto function : module->getOps<func::FuncOp>()) {
    PassManager manager(module->getContext(), func::FuncOp::getOperationName());
    manager.enableVerifier(false);
    // The choice is made before the gradient comes in: so backward with dy = 1 has the very bits of
    // the derivative.
    manager.addPass(createApproximatePass());
    if (function.getName() == "backward")
      manager.addPass(createCotangentPass());
    if (failed(manager.run(function)))
      error = "approximation";
  }
  for (auto [kernel, function] : llvm::zip(kernels, module->getOps<func::FuncOp>()))
    kernel.evaluation = function->getAttrOfType<StringAttr>("xphi.evaluate").str();
}

void RealFunctions::lowerToBody(unsigned lanes) {
  PassManager manager(module->getContext());
  manager.addPass(createLowerToBodyPass(lanes));
  if (failed(manager.run(*module)))
    error = "lowering to the body";
}

std::string RealFunctions::forwardText() {
  return raiseToText(*module->getOps<func::FuncOp>().begin()) + "\n";
}

std::string RealFunctions::print() {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  return text + "\n";
}

std::vector<KernelDescription> RealFunctions::describe(unsigned order) const {
  std::vector<KernelDescription> described = kernels;
  for (KernelDescription &kernel : described)
    kernel.order = order;
  return described;
}

} // namespace xphi::compiler
