// A load that LLVM may not move is folded into the instruction that takes it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ConstantsInMemory.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

constexpr unsigned most = 9; // in registers; the other seven are for what changes in each turn

GlobalVariable *inMemory(Constant *constant, Module &module) {
  auto *global = new GlobalVariable(module, constant->getType(), /*isConstant=*/true,
                                    GlobalValue::PrivateLinkage, constant);
  global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  global->setAlignment(Align(module.getDataLayout().getTypeStoreSize(constant->getType())));
  return global;
}

bool isProductPlus(const Use &use) {
  auto *fma = dyn_cast<IntrinsicInst>(use.getUser());
  return fma && fma->getIntrinsicID() == Intrinsic::fma && use.getOperandNo() == 2;
}

void keepConstantsInMemory(Loop &loop, Module &module) {
  MapVector<Constant *, SmallVector<Use *, 2>> uses;
  for (BasicBlock *block : loop.blocks())
    for (Instruction &each : *block)
      for (Use &use : each.operands())
        if (auto *constant = dyn_cast<Constant>(use);
            constant && constant->getType()->isVectorTy() && !constant->isNullValue())
          uses[constant].push_back(&use);
  unsigned inRegisters = uses.size();
  for (auto &[constant, of] : uses) {
    if (inRegisters <= most)
      return;
    if (of.size() != 1 || !isProductPlus(*of.front()))
      continue;
    IRBuilder<> builder(cast<Instruction>(of.front()->getUser()));
    of.front()->set(builder.CreateAlignedLoad(constant->getType(), inMemory(constant, module),
                                              MaybeAlign(), /*isVolatile=*/true));
    --inRegisters;
  }
}

} // namespace

void keepConstantsInMemory(Module &module) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    const DominatorTree dominators(function);
    const LoopInfo loops(dominators);
    for (Loop *loop : loops.getLoopsInPreorder())
      if (loop->isInnermost())
        keepConstantsInMemory(*loop, module);
  }
}

} // namespace xphi::compiler
