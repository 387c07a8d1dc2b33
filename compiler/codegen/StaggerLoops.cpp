// The front of an iteration, moved into the one before: what its longest chains begin with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where an iteration forks, the shorter way is the usual one. Chains are measured along that, in
// cycles from what is loaded, and are cut where the fewest vectors have to be kept. Behind the last
// iteration nothing may be loaded: its own front is computed once more.
#include "codegen/StaggerLoops.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/LoopIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

bool isMask(const Value &value) { return value.getType()->getScalarType()->isIntegerTy(1); }

/// In cycles, of Zen 5.
unsigned latencyOf(const Instruction &instruction) {
  if (!instruction.getType()->isVectorTy() ||
      isa<BitCastInst, ShuffleVectorInst, LoadInst>(instruction))
    return 0;
  switch (instruction.getOpcode()) {
  case Instruction::FDiv:
    return 12;
  case Instruction::FPExt:
  case Instruction::FPTrunc:
    return 7;
  case Instruction::FAdd:
  case Instruction::FSub:
  case Instruction::FMul:
  case Instruction::Call:
    return 4;
  case Instruction::Select:
    return 2;
  default:
    return 1;
  }
}

bool isCall(const Instruction &instruction) {
  return isa<CallInst>(instruction) && !isa<IntrinsicInst>(instruction);
}

/// Of a maximum or minimum, which is one instruction where both stay together.
bool isOfExtreme(const Instruction &compare) {
  return any_of(compare.users(), [&](const User *user) {
    auto *choice = dyn_cast<SelectInst>(user);
    return choice && choice->getCondition() == &compare &&
           (is_contained(compare.operands(), choice->getTrueValue()) ||
            is_contained(compare.operands(), choice->getFalseValue()));
  });
}

const Value *withoutCasts(const Value *value) {
  while (auto *cast = dyn_cast<BitCastInst>(value))
    value = cast->getOperand(0);
  return value;
}

class Stagger {
public:
  explicit Stagger(Loop &loop) : loop(loop), header(*loop.getHeader()) {}

  void run(const LoopInfo &loops) {
    if (!findCounter() || !findWay(loops))
      return;
    measure();
    choose();
    if (!front.empty())
      move();
  }

private:
  using Instructions = SmallSetVector<Instruction *, 32>;

  /// i = 0, 1, … count − 1, and nothing else from one iteration to the next.
  bool findCounter() {
    BasicBlock *before = loop.getLoopPreheader(), *latch = loop.getLoopLatch(), *other = nullptr;
    if (!before || !latch || !hasSingleElement(header.phis()))
      return false;
    counter = &*header.phis().begin();
    Value *next = counter->getIncomingValueForBlock(latch);
    using namespace PatternMatch;
    return match(counter->getIncomingValueForBlock(before), m_ZeroInt()) &&
           match(next, m_Add(m_Specific(counter), m_One())) &&
           match(latch->getTerminator(),
                 m_Br(m_SpecificICmp(CmpInst::ICMP_EQ, m_Specific(next), m_Value(count)),
                      m_BasicBlock(other), m_SpecificBB(&header))) &&
           loop.isLoopInvariant(count);
  }

  /// The shortest through an iteration; a call is longer than all else.
  bool findWay(const LoopInfo &loops) {
    constexpr unsigned longest = 1 << 20;
    DenseMap<BasicBlock *, std::pair<unsigned, BasicBlock *>> rest;
    LoopBlocksDFS order(&loop);
    order.perform(&loops);
    for (BasicBlock *block : make_range(order.beginPostorder(), order.endPostorder())) {
      std::pair<unsigned, BasicBlock *> best = {block == loop.getLoopLatch() ? 0 : longest,
                                                nullptr};
      for (BasicBlock *next : successors(block))
        if (const auto found = rest.find(next);
            found != rest.end() && found->second.first < best.first)
          best = {found->second.first, next};
      best.first += unsigned(block->size());
      if (any_of(*block, isCall))
        best.first = longest;
      rest[block] = best;
    }
    for (BasicBlock *block = &header; block; block = rest[block].second)
      way.push_back(block);
    return rest[&header].first < longest;
  }

  static bool isPure(const Instruction &instruction) {
    return !isa<PHINode>(instruction) && !instruction.isTerminator() &&
           !instruction.mayReadOrWriteMemory() && !instruction.mayHaveSideEffects() &&
           (isa<IntrinsicInst>(instruction) || isSafeToSpeculativelyExecute(&instruction));
  }

  /// Of arrays that are only read, or that are written at the same places, behind this.
  bool isOfInput(const Instruction &instruction) const {
    auto *load = dyn_cast<LoadInst>(&instruction);
    return load && load->isSimple() && load->getParent() == &header &&
           load->getType()->isVectorTy() && !loop.isLoopInvariant(load->getPointerOperand()) &&
           !stored.contains(getUnderlyingObject(load->getPointerOperand()));
  }

  /// Of what depends on nothing but inputs.
  void measure() {
    for (BasicBlock *block : loop.blocks())
      for (Instruction &each : *block)
        if (auto *store = dyn_cast<StoreInst>(&each))
          stored.insert(getUnderlyingObject(store->getPointerOperand()));
    depths[counter] = 0;
    for (BasicBlock *block : way)
      for (Instruction &each : *block) {
        unsigned depth = 0;
        const auto isKnown = [&](Value *operand) {
          if (loop.isLoopInvariant(operand))
            return true;
          const auto found = depths.find(cast<Instruction>(operand));
          if (found != depths.end())
            depth = std::max(depth, found->second);
          return found != depths.end();
        };
        if ((isPure(each) || isOfInput(each)) && all_of(each.operands(), isKnown))
          depths[&each] = depth + latencyOf(each);
      }
    for (const auto &[each, depth] : reverse(depths)) {
      unsigned height = 0;
      for (User *user : each->users())
        if (auto *later = cast<Instruction>(user); depths.contains(later))
          height = std::max(height, heights.lookup(later) + latencyOf(*later));
      heights[each] = height;
      longest = std::max(longest, depth);
    }
  }

  bool isOnLongChain(Instruction *instruction) const {
    constexpr unsigned slack = 3;
    return depths.lookup(instruction) + heights.lookup(instruction) + slack >= longest;
  }

  void addWithOperands(Instruction *instruction, Instructions &set) const {
    if (instruction == counter || set.contains(instruction))
      return;
    for (Value *operand : instruction->operands())
      if (!loop.isLoopInvariant(operand))
        addWithOperands(cast<Instruction>(operand), set);
    set.insert(instruction);
  }

  /// Masks in place of what they are of, which takes a vector register.
  void addMasks(Instructions &set) const {
    const auto isInFront = [&](Value *operand) {
      auto *instruction = dyn_cast<Instruction>(const_cast<Value *>(withoutCasts(operand)));
      return instruction && set.contains(instruction);
    };
    const auto isMade = [&](Value *operand) {
      return isInFront(operand) && !isa<LoadInst>(withoutCasts(operand));
    };
    for (const auto &[each, depth] : depths)
      if (each->getType()->isVectorTy() && isMask(*each) && !isOfExtreme(*each) &&
          any_of(each->operands(), isMade) && all_of(each->operands(), [&](Value *operand) {
            return loop.isLoopInvariant(operand) || isInFront(operand);
          }))
        addWithOperands(each, set);
  }

  Instructions frontUpTo(unsigned cut) const {
    Instructions set;
    for (const auto &[each, depth] : depths)
      if (depth > 0 && depth <= cut && isOnLongChain(each))
        addWithOperands(each, set);
    constexpr std::size_t few = 4;
    if (vectorsOf(lastOf(set)) > few)
      addMasks(set);
    return set;
  }

  /// What is needed behind the cut. Inputs are loaded again.
  static Instructions lastOf(const Instructions &set) {
    Instructions last;
    for (Instruction *each : set)
      if (each->getType()->isVectorTy() && !isa<LoadInst>(each) &&
          any_of(each->users(), [&](User *user) { return !set.contains(cast<Instruction>(user)); }))
        last.insert(each);
    return last;
  }

  static std::size_t vectorsOf(const Instructions &last) {
    SmallPtrSet<const Value *, 16> vectors;
    for (const Instruction *each : last)
      if (!isMask(*each))
        vectors.insert(withoutCasts(each));
    return vectors.size();
  }

  /// The deepest cut of those that keep fewest.
  void choose() {
    // Of shorter chains enough are under way without.
    constexpr unsigned enough = 30, mostVectors = 8;
    if (longest <= enough)
      return;
    std::size_t fewest = mostVectors + 1;
    unsigned tried = longest;
    const unsigned step = 1 + longest / 128; // a body may be of thousands
    for (unsigned cut = longest / 2; cut > longest / 4; cut -= step) {
      Instructions set = frontUpTo(cut);
      unsigned reached = 0;
      for (Instruction *each : set)
        reached = std::max(reached, depths.lookup(each));
      if (reached >= tried || reached <= longest / 4)
        continue;
      tried = reached;
      if (const std::size_t count = vectorsOf(lastOf(set)); count < fewest) {
        fewest = count;
        front = std::move(set);
      }
    }
  }

  void move() {
    const Instructions last = lastOf(front);
    SmallVector<Instruction *> ordered;
    for (const auto &[each, depth] : depths)
      if (front.contains(each))
        ordered.push_back(each);
    BasicBlock *before = loop.getLoopPreheader();
    Type *type = counter->getType();

    IRBuilder<> first(before->getTerminator());
    ValueToValueMapTy ofFirst, ofNext;
    ofFirst[counter] = ConstantInt::get(type, 0);
    copy(ordered, first, ofFirst);
    Value *end = first.CreateSub(count, ConstantInt::get(type, 1));

    IRBuilder<> ahead(&*header.getFirstInsertionPt());
    Value *next = ahead.CreateAdd(counter, ConstantInt::get(type, 1));
    ofNext[counter] = ahead.CreateBinaryIntrinsic(Intrinsic::umin, next, end);
    copy(ordered, ahead, ofNext);

    IRBuilder<> phis(&header, header.begin());
    for (Instruction *each : last) {
      PHINode *phi = phis.CreatePHI(each->getType(), 2);
      phi->addIncoming(ofFirst[each], before);
      phi->addIncoming(ofNext[each], loop.getLoopLatch());
      each->replaceAllUsesWith(phi);
    }
    for (Instruction *each : reverse(ordered))
      if (each->use_empty())
        each->eraseFromParent();
  }

  static void copy(ArrayRef<Instruction *> all, IRBuilder<> &builder, ValueToValueMapTy &map) {
    for (Instruction *each : all) {
      Instruction *own = builder.Insert(each->clone());
      RemapInstruction(own, map, RF_NoModuleLevelChanges | RF_IgnoreMissingLocals);
      map[each] = own;
    }
  }

  Loop &loop;
  BasicBlock &header;
  PHINode *counter = nullptr;
  Value *count = nullptr;
  SmallVector<BasicBlock *> way;
  SmallPtrSet<const Value *, 4> stored;
  MapVector<Instruction *, unsigned> depths; ///< cycles from an input to there
  DenseMap<Instruction *, unsigned> heights; ///< and from there
  unsigned longest = 0;
  Instructions front;
};

} // namespace

void staggerLoops(Module &module) {
  for (Function &function : module) {
    if (function.size() < 2)
      continue;
    const DominatorTree dominators(function);
    const LoopInfo loops(dominators);
    for (Loop *loop : loops.getLoopsInPreorder())
      if (loop->isInnermost())
        Stagger(*loop).run(loops);
  }
}

} // namespace xphi::compiler
