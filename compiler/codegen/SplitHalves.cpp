// Halves of vectors in memory, loaded and stored by themselves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/SplitHalves.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

uint64_t bytesOf(const ShuffleVectorInst &half) {
  return half.getType()->getPrimitiveSizeInBits().getFixedValue() / 8;
}

/// The load whose upper half this is.
LoadInst *loadOfUpperHalf(ShuffleVectorInst &half) {
  auto *load = dyn_cast<LoadInst>(half.getOperand(0));
  auto *whole = dyn_cast<FixedVectorType>(half.getOperand(0)->getType());
  const unsigned count = cast<FixedVectorType>(half.getType())->getNumElements();
  int first = 0;
  return load && load->isSimple() && whole->getNumElements() == 2 * count &&
                 half.isExtractSubvectorMask(first) && first == int(count)
             ? load
             : nullptr;
}

void loadAlone(ShuffleVectorInst &half, LoadInst &load) {
  IRBuilder<> builder(load.getNextNode());
  Value *address = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), load.getPointerOperand(),
                                                      bytesOf(half));
  half.replaceAllUsesWith(builder.CreateAlignedLoad(
      half.getType(), address, commonAlignment(load.getAlign(), bytesOf(half))));
  half.eraseFromParent();
}

/// What joins the halves that are stored.
ShuffleVectorInst *joinOf(StoreInst &store) {
  Value *value = store.getValueOperand();
  while (auto *cast = dyn_cast<BitCastInst>(value))
    value = cast->getOperand(0);
  auto *join = dyn_cast<ShuffleVectorInst>(value);
  return store.isSimple() && join && join->isConcat() ? join : nullptr;
}

void storeBoth(StoreInst &store, ShuffleVectorInst &join) {
  IRBuilder<> builder(&store);
  const uint64_t bytes = bytesOf(join) / 2;
  Value *lower = store.getPointerOperand(),
        *upper = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), lower, bytes);
  builder.CreateAlignedStore(join.getOperand(0), lower, store.getAlign());
  builder.CreateAlignedStore(join.getOperand(1), upper, commonAlignment(store.getAlign(), bytes));
  Value *joined = store.getValueOperand();
  store.eraseFromParent();
  RecursivelyDeleteTriviallyDeadInstructions(joined);
}

} // namespace

void splitHalves(Module &module) {
  SmallVector<StoreInst *> stores;
  SmallVector<ShuffleVectorInst *> halves;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *store = dyn_cast<StoreInst>(&instruction); store && joinOf(*store))
        stores.push_back(store);
      else if (auto *half = dyn_cast<ShuffleVectorInst>(&instruction);
               half && loadOfUpperHalf(*half))
        halves.push_back(half);
  for (ShuffleVectorInst *each : halves)
    loadAlone(*each, *loadOfUpperHalf(*each));
  for (StoreInst *each : stores)
    storeBoth(*each, *joinOf(*each));
}

} // namespace xphi::compiler
