// Two places for each vector of offsets: the one is read while the other is written.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Offsets leave a vector two at once, as the halves of a word of 64 bits. Behind the last iteration
// nothing may be loaded: its own are found once more.
#include "codegen/RowsAhead.h"

#include "codegen/CountedLoop.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Support/KnownBits.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

/// One offset: the low or the high half of a word that is taken out.
struct Taken {
  Instruction *offset;
  unsigned index; ///< in the vector
};

class Ahead {
public:
  Ahead(Loop &loop, CountedLoop counted) : loop(loop), header(*loop.getHeader()), of(counted) {}

  void run() {
    for (BasicBlock *block : loop.blocks())
      for (Instruction &each : *block)
        if (auto *store = dyn_cast<StoreInst>(&each))
          stored.insert(getUnderlyingObject(store->getPointerOperand()));
    for (BasicBlock *block : loop.blocks())
      for (Instruction &each : *block)
        find(each);
    if (!vectors.empty())
      move();
  }

private:
  void find(Instruction &each) {
    using namespace PatternMatch;
    Value *vector = nullptr;
    uint64_t word = 0;
    if (!each.getType()->isIntegerTy(64) ||
        !match(&each, m_ExtractElt(m_BitCast(m_Value(vector)), m_ConstantInt(word))))
      return;
    auto *type = dyn_cast<FixedVectorType>(vector->getType());
    auto *made = dyn_cast<Instruction>(vector);
    if (!type || !type->getElementType()->isIntegerTy(32) || !made || !addFront(made))
      return;
    for (User *user : each.users()) {
      auto *half = cast<Instruction>(user);
      uint64_t bits = 0;
      if (!loop.contains(half))
        continue;
      if (match(half, m_LShr(m_Specific(&each), m_SpecificInt(32))))
        vectors[made].push_back({half, unsigned(2 * word + 1)});
      else if (match(half, m_And(m_Specific(&each), m_ConstantInt(bits))) && isLowHalf(*made, bits))
        vectors[made].push_back({half, unsigned(2 * word)});
    }
  }

  /// A mask may lack what is zero anyhow.
  bool isLowHalf(const Instruction &vector, uint64_t bits) const {
    const KnownBits known = computeKnownBits(&vector, header.getDataLayout());
    return (bits | known.Zero.getZExtValue()) == UINT32_MAX && bits <= UINT32_MAX;
  }

  /// With what it is made of; nothing if that is more than inputs and what is done with them.
  bool addFront(Instruction *instruction) {
    if (instruction == of.counter || front.contains(instruction))
      return true;
    if (!isPure(*instruction) && !isOfInput(*instruction))
      return false;
    for (Value *operand : instruction->operands())
      if (!loop.isLoopInvariant(operand) && !addFront(cast<Instruction>(operand)))
        return false;
    front.insert(instruction);
    return true;
  }

  /// Of arrays that are only read, or that are written at the same places, behind this.
  bool isOfInput(const Instruction &instruction) const {
    auto *load = dyn_cast<LoadInst>(&instruction);
    return load && load->isSimple() && load->getParent() == &header &&
           load->getType()->isVectorTy() && !loop.isLoopInvariant(load->getPointerOperand()) &&
           !stored.contains(getUnderlyingObject(load->getPointerOperand()));
  }

  void move() {
    const Align alignment(32);
    BasicBlock *before = loop.getLoopPreheader();
    IRBuilder<> first(before->getTerminator()), ahead(&*header.getFirstInsertionPt());
    Type *indexType = of.counter->getType();
    Value *last = first.CreateSub(of.count, ConstantInt::get(indexType, 1));
    DenseMap<Value *, Value *> initial, next;
    initial[of.counter] = ConstantInt::get(indexType, 0);
    next[of.counter] = indexAfter(ahead, of.counter, 1, last);
    for (Instruction *each : front) {
      copy(*each, first, initial);
      copy(*each, ahead, next);
    }
    Value *one = ConstantInt::get(indexType, 1), *place = ahead.CreateAnd(of.counter, one),
          *other = ahead.CreateXor(place, one);
    BasicBlock &entry = header.getParent()->getEntryBlock();
    for (auto &[vector, taken] : vectors) {
      IRBuilder<> atEntry(&entry, entry.getFirstInsertionPt());
      AllocaInst *places = atEntry.CreateAlloca(ArrayType::get(vector->getType(), 2));
      places->setAlignment(alignment);
      first.CreateAlignedStore(initial[vector], places, alignment);
      ahead.CreateAlignedStore(
          next[vector], ahead.CreateGEP(vector->getType(), places, ArrayRef(other)), alignment);
      Value *start = ahead.CreateGEP(vector->getType(), places, ArrayRef(place));
      for (const auto &[offset, index] : taken) {
        Value *loaded = ahead.CreateAlignedLoad(
            ahead.getInt32Ty(), ahead.CreateConstGEP1_32(ahead.getInt32Ty(), start, index),
            Align(4));
        offset->replaceAllUsesWith(ahead.CreateZExt(loaded, offset->getType()));
      }
    }
    for (auto &[vector, taken] : vectors)
      for (const auto &[offset, index] : taken)
        RecursivelyDeleteTriviallyDeadInstructions(offset);
  }

  static void copy(Instruction &each, IRBuilder<> &builder, DenseMap<Value *, Value *> &known) {
    Instruction *own = each.clone();
    for (Use &operand : own->operands())
      if (Value *instead = known.lookup(operand))
        operand.set(instead);
    known[&each] = builder.Insert(own);
  }

  Loop &loop;
  BasicBlock &header;
  const CountedLoop of;
  SmallPtrSet<const Value *, 4> stored;
  SetVector<Instruction *> front;
  MapVector<Instruction *, SmallVector<Taken, 8>> vectors;
};

} // namespace

void findRowsAhead(Module &module) {
  visitInnermostLoops(module, [](Loop &loop, const LoopInfo &) {
    if (const std::optional<CountedLoop> counted = countedLoop(loop))
      Ahead(loop, *counted).run();
  });
}

} // namespace xphi::compiler
