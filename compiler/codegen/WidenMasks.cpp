// A mask is extended where it is made, and compared with zero in each block that takes it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/WidenMasks.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

constexpr unsigned leastLanes = 8; // of fewer, and wider, elements LLVM's masks are wide enough

// A comparison is done again where its mask is taken.
bool isMask(const Instruction &instruction) {
  auto *type = dyn_cast<FixedVectorType>(instruction.getType());
  return type && !isa<CmpInst>(instruction) && type->getElementType()->isIntegerTy(1) &&
         type->getNumElements() >= leastLanes;
}

// The block at whose end, or in which, a use needs the value.
BasicBlock *blockOf(const Use &use) {
  auto *user = cast<Instruction>(use.getUser());
  auto *phi = dyn_cast<PHINode>(user);
  return phi ? phi->getIncomingBlock(use) : user->getParent();
}

Value *asMask(Value *wide, BasicBlock &block) {
  IRBuilder<> builder(&block, block.getFirstInsertionPt());
  return builder.CreateICmpSLT(wide, Constant::getNullValue(wide->getType()));
}

Type *typeOfWide(const Instruction &mask) {
  return FixedVectorType::get(Type::getInt32Ty(mask.getContext()),
                              cast<FixedVectorType>(mask.getType())->getNumElements());
}

// What arrives from several blocks is extended at the end of each.
void widen(PHINode &phi) {
  IRBuilder<> builder(&phi);
  PHINode *wide = builder.CreatePHI(typeOfWide(phi), phi.getNumIncomingValues());
  SmallDenseMap<BasicBlock *, Value *> extended; // a block may be there more than once
  for (auto [value, block] : zip(phi.incoming_values(), phi.blocks())) {
    Value *&there = extended[block];
    if (!there) {
      builder.SetInsertPoint(block->getTerminator());
      there = builder.CreateSExt(value, wide->getType());
    }
    wide->addIncoming(there, block);
  }
  phi.replaceAllUsesWith(asMask(wide, *phi.getParent()));
  phi.eraseFromParent();
}

void widen(Instruction &mask) {
  SmallVector<Use *> elsewhere;
  for (Use &use : mask.uses())
    if (blockOf(use) != mask.getParent())
      elsewhere.push_back(&use);
  if (elsewhere.empty())
    return;
  IRBuilder<> builder(mask.getNextNode());
  Value *wide = builder.CreateSExt(&mask, typeOfWide(mask));
  SmallDenseMap<BasicBlock *, Value *> masks;
  for (Use *use : elsewhere) {
    Value *&there = masks[blockOf(*use)];
    if (!there)
      there = asMask(wide, *blockOf(*use));
    use->set(there);
  }
}

} // namespace

void widenMasks(Module &module) {
  for (Function &function : module) {
    SmallVector<PHINode *> merged;
    SmallVector<Instruction *> masks;
    for (Instruction &each : instructions(function))
      if (auto *phi = isMask(each) ? dyn_cast<PHINode>(&each) : nullptr)
        merged.push_back(phi);
    for (PHINode *phi : merged)
      widen(*phi);
    for (Instruction &each : instructions(function))
      if (isMask(each))
        masks.push_back(&each);
    for (Instruction *mask : masks)
      widen(*mask);
  }
}

} // namespace xphi::compiler
