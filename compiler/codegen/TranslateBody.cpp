// From the body in arith and math to LLVM IR.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/TranslateBody.h"

#include "dialect/VerifyPasses.h"

#include "mlir/Pass/Pass.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/DialectConversion.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace xphi::compiler {

void registerTranslations(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

namespace {

// All dialects at once: a pass for each walks through all of them, and leaves casts between types
// for the next.
LogicalResult convertToLLVM(ModuleOp bodies) {
  MLIRContext *context = bodies.getContext();
  const LowerToLLVMOptions options(context);
  LLVMTypeConverter converter(context, options);
  RewritePatternSet patterns(context);
  arith::populateArithToLLVMConversionPatterns(converter, patterns);
  populateMathToLLVMConversionPatterns(converter, patterns);
  vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
  populateVectorToLLVMConversionPatterns(converter, patterns);
  cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
  populateFuncToLLVMConversionPatterns(converter, patterns);
  LLVMConversionTarget target(*context);
  target.addLegalOp<ModuleOp>();
  return applyFullConversion(bodies, target, std::move(patterns));
}

// Conversions cannot give back what they hold where memory ends under them: std::terminate. So a
// shortage has to show before.
void askForMemory() {
  constexpr std::size_t mostOfConversion = std::size_t(4) << 20;
  const std::unique_ptr<volatile char[]> memory(new volatile char[mostOfConversion]);
  memory[0] = 0;
}

} // namespace

bool convertBody(ModuleOp bodies) {
  askForMemory();
  PassManager passes(bodies.getContext());
  passes.enableVerifier(verifyPasses); // else after LowerToBody only: conversions cost more than it
  passes.addPass(createSCFToControlFlowPass());
  return succeeded(passes.run(bodies)) && succeeded(convertToLLVM(bodies));
}

namespace {

/// Functions that neither one of these is nor is named by one.
std::vector<Operation *> notNeededFor(ArrayRef<StringRef> names, ModuleOp bodies) {
  llvm::StringSet<> needed;
  std::vector<Operation *> open;
  const auto need = [&](StringRef name) {
    if (needed.insert(name).second)
      if (Operation *named = SymbolTable::lookupSymbolIn(bodies, name))
        open.push_back(named);
  };
  llvm::for_each(names, need);
  while (!open.empty()) {
    Operation *op = open.back();
    open.pop_back();
    if (const auto uses = SymbolTable::getSymbolUses(op))
      for (const SymbolTable::SymbolUse &use : *uses)
        need(use.getSymbolRef().getRootReference());
  }
  std::vector<Operation *> others;
  for (auto function : bodies.getOps<LLVM::LLVMFuncOp>())
    if (!needed.contains(function.getName()))
      others.push_back(function);
  return others;
}

} // namespace

std::unique_ptr<llvm::Module> translateBody(ModuleOp bodies, llvm::LLVMContext &context,
                                            ArrayRef<StringRef> names) {
  if (names.empty())
    return translateModuleToLLVMIR(bodies, context);
  // Out of the way meanwhile, and back where they were.
  std::vector<std::pair<Operation *, Operation *>> taken;
  for (Operation *other : notNeededFor(names, bodies)) {
    taken.emplace_back(other, other->getNextNode());
    other->remove();
  }
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(bodies, context);
  for (const auto &[other, next] : llvm::reverse(taken))
    bodies.getBody()->getOperations().insert(next ? Block::iterator(next) : bodies.getBody()->end(),
                                             other);
  return result;
}

} // namespace xphi::compiler
