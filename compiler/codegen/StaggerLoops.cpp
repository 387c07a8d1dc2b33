// The front of an iteration, moved into the ones before: what its longest chains begin with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where an iteration forks, the shorter way is the usual one. Chains are measured along that, in
// cycles from what is loaded, and are cut where the fewest vectors have to be kept. Behind the last
// iteration nothing may be loaded: its own front is computed once more.
//
// A chain that is cut more than once has a front in each of the iterations before. What an earlier
// one made waits as many turns as there are cuts between it and its use.
#include "codegen/StaggerLoops.h"

#include "codegen/CountedLoop.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/LoopIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsX86.h"

#include <tuple>

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
  case Instruction::Mul:
    return 5;
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
  explicit Stagger(Loop &loop)
      : loop(loop), header(*loop.getHeader()), ahead(header.getContext()) {}

  void run(const LoopInfo &loops) {
    if (!findCounter() || !findWay(loops))
      return;
    measure();
    choose();
    if (!fronts.empty())
      move();
  }

private:
  using Instructions = SmallSetVector<Instruction *, 32>;

  bool findCounter() {
    const std::optional<CountedLoop> counted = countedLoop(loop);
    if (counted) {
      counter = counted->counter;
      count = counted->count;
    }
    return counted.has_value();
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
    return set;
  }

  /// With what leaves fewer vectors to keep, such as what a rounding lost in place of all that this
  /// is made of.
  void complete(Instructions &set, unsigned cut) const {
    std::size_t fewest = vectorsOf(lastOf(set));
    for (bool isFewer = true; isFewer;) {
      isFewer = false;
      for (const auto &[each, depth] : depths) {
        if (depth == 0 || depth > cut || set.contains(each) || isMask(*each))
          continue;
        Instructions larger = set;
        addWithOperands(each, larger);
        if (const std::size_t count = vectorsOf(lastOf(larger)); count < fewest) {
          set = std::move(larger);
          fewest = count;
          isFewer = true;
        }
      }
    }
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

  void choose() {
    // Of shorter chains enough are under way without. The longest are cut in four, if they are of
    // two vectors, or of many coefficients from tables, for which little has to be kept, or of so
    // many operations that a processor has few iterations under way; else that is too much for what
    // is gained. So it is where random bits are drawn.
    constexpr unsigned enough = 30, ofTwoVectors = 60, ofOne = 76, ofMost = 90, many = 8;
    const unsigned lookUps = countLookUps();
    const std::size_t mostUnderWay = lookUps > 0 ? 76 : longest;
    const bool isLong = areOfTwoVectors() ? longest > ofTwoVectors
                                          : (longest > ofOne && lookUps >= many && !hasUniform()) ||
                                                (longest > ofMost && depths.size() > mostUnderWay);
    if (isLong && depths.size() <= mostOperations && !drawsBits() && cut(3))
      return;
    fronts.clear();
    if (longest > enough)
      cut(1);
    if (drawsBits())
      cutDraws();
  }

  /// Random bits are of the index alone, a chain beside that of the inputs which hardly ever ends
  /// at the same time: it is cut at its own half.
  void cutDraws() {
    constexpr std::size_t mostVectors = 8;
    const Instructions drawn = ofIndexAlone();
    unsigned depth = 0;
    for (Instruction *each : drawn)
      depth = std::max(depth, depths.lookup(each));
    std::size_t fewest = mostVectors + 1;
    Instructions best;
    for (unsigned cut = depth / 2; cut > depth / 4; --cut) {
      Instructions front = fronts.empty() ? Instructions() : fronts.front();
      for (Instruction *each : drawn)
        if (depths.lookup(each) > 0 && depths.lookup(each) <= cut)
          addWithOperands(each, front);
      if (const std::size_t count = vectorsOf(lastOf(front)); count < fewest) {
        fewest = count;
        best = std::move(front);
      }
    }
    if (!best.empty())
      fronts = {best};
  }

  /// What no input has a part in.
  Instructions ofIndexAlone() const {
    Instructions found;
    for (const auto &[each, depth] : depths)
      if (each != counter && !isa<LoadInst>(each) && all_of(each->operands(), [&](Value *operand) {
            return operand == counter || loop.isLoopInvariant(operand) ||
                   found.contains(cast<Instruction>(operand));
          }))
        found.insert(each);
    return found;
  }

  bool areOfTwoVectors() const {
    constexpr unsigned vector = 512; // bits
    return any_of(depths, [](const auto &each) {
      return each.first->getType()->getPrimitiveSizeInBits().getKnownMinValue() > vector;
    });
  }
  unsigned countLookUps() const {
    return unsigned(count_if(depths, [](const auto &each) {
      auto *call = dyn_cast<IntrinsicInst>(each.first);
      return call && call->getIntrinsicID() == Intrinsic::x86_avx512_vpermi2var_ps_512;
    }));
  }
  /// Numbers that are the same in all iterations, and not known before.
  bool hasUniform() const {
    return any_of(depths, [&](const auto &each) {
      return any_of(each.first->operands(), [&](const Use &operand) {
        return operand->getType()->isVectorTy() && !isMask(*operand) && !isa<Constant>(operand) &&
               loop.isLoopInvariant(operand);
      });
    });
  }
  bool drawsBits() const {
    return any_of(depths, [](const auto &each) {
      return each.first->getOpcode() == Instruction::Mul && each.first->getType()->isVectorTy();
    });
  }

  /// In so many places, each the deepest in its range of those that keep fewest.
  bool cut(unsigned places) {
    const std::size_t mostVectors = places > 1 ? 16 : 8;
    constexpr std::size_t mostInAll = 32;
    std::size_t inAll = 0;
    for (unsigned place = 1; place <= places; ++place) {
      const unsigned from = (2 * place - 1) * longest / (2 * places + 2),
                     to = place * longest / (places + 1);
      std::size_t fewest = mostVectors + 1;
      unsigned tried = longest;
      Instructions front;
      const unsigned step = 1 + longest / 128; // a body may be of thousands
      for (unsigned cut = to; cut > from; cut -= step) {
        Instructions set = frontUpTo(cut);
        unsigned reached = 0;
        for (Instruction *each : set)
          reached = std::max(reached, depths.lookup(each));
        if (reached >= tried || reached <= from)
          continue;
        tried = reached;
        if (places > 1)
          complete(set, cut);
        constexpr std::size_t few = 4;
        if (vectorsOf(lastOf(set)) > few)
          addMasks(set);
        if (const std::size_t count = vectorsOf(lastOf(set)); count < fewest) {
          fewest = count;
          front = std::move(set);
        }
      }
      if (front.empty())
        return false;
      inAll += fewest;
      fronts.push_back(std::move(front));
    }
    return inAll <= mostInAll;
  }

  /// The number of the first front that has it, from 0.
  unsigned frontOf(const Instruction *instruction) const {
    return unsigned(find_if(fronts,
                            [&](const Instructions &front) {
                              return front.contains(const_cast<Instruction *>(instruction));
                            }) -
                    fronts.begin());
  }

  static bool isKept(const Instruction &instruction) {
    return instruction.getType()->isVectorTy() && !isa<LoadInst>(instruction);
  }

  void move() {
    const unsigned count = unsigned(fronts.size());
    for (const auto &[each, depth] : depths)
      if (const unsigned front = frontOf(each); front < count)
        ordered.emplace_back(each, front);
    // Before the loop: of iteration k all fronts but the last k.
    IRBuilder<> first(loop.getLoopPreheader()->getTerminator());
    Value *zero = ConstantInt::get(counter->getType(), 0), *end = nullptr;
    before.resize(count);
    for (unsigned k = 0; k < count; ++k) {
      before[k][counter] = indexAfter(first, zero, k, end);
      for (auto [each, front] : ordered)
        if (front + k < count)
          before[k][each] = copy(each, first, [&](Value *operand) {
            const auto found = before[k].find(operand);
            return found == before[k].end() ? operand : found->second;
          });
      if (k == 0)
        end = first.CreateSub(this->count, ConstantInt::get(counter->getType(), 1));
    }
    // In it the last front is the next iteration's, and that before it the one's behind that.
    ahead.SetInsertPoint(&*header.getFirstInsertionPt());
    inLoop.resize(count);
    for (unsigned front = 0; front < count; ++front)
      inLoop[front][counter] = indexAfter(ahead, counter, count - front, end);
    for (auto [each, front] : ordered)
      inLoop[front][each] = copyAhead(each, front);
    for (auto [each, front] : ordered)
      if (isKept(*each))
        each->replaceUsesWithIf(waiting(each, front, count - front), [&](const Use &use) {
          return frontOf(cast<Instruction>(use.getUser())) == count;
        });
    for (auto [each, front] : reverse(ordered))
      if (each->use_empty())
        each->eraseFromParent();
    if (count > 1)
      interleave();
  }

  /// The operations of all iterations under way in the order in which they become ready, so that
  /// none waits in a place that the next could have.
  void interleave() {
    constexpr unsigned loading = 6; // cycles
    DenseMap<const Value *, unsigned> ready;
    SmallVector<std::tuple<unsigned, std::size_t, Instruction *>> sorted;
    for (Instruction &each : header) {
      if (isa<PHINode>(each) || each.isTerminator())
        continue;
      if (each.mayWriteToMemory())
        return;
      unsigned at = 0;
      for (const Value *operand : each.operands())
        at = std::max(at, ready.lookup(operand));
      ready[&each] = at + (isa<LoadInst>(each) ? loading : latencyOf(each));
      sorted.emplace_back(at, sorted.size(), &each);
    }
    sort(sorted);
    for (auto [at, place, each] : sorted)
      each->moveBefore(header.getTerminator()->getIterator());
  }

  static Instruction *copy(Instruction *each, IRBuilder<> &builder,
                           function_ref<Value *(Value *)> operandOf) {
    Instruction *own = each->clone();
    for (Use &operand : own->operands())
      operand.set(operandOf(operand));
    return builder.Insert(own);
  }

  Instruction *copyAhead(Instruction *each, unsigned front) {
    return copy(each, ahead, [&](Value *operand) { return valueIn(front, operand); });
  }

  /// What a front has for it: its own, or what one before made.
  Value *valueIn(unsigned front, Value *value) {
    if (Value *own = inLoop[front].lookup(value))
      return own;
    auto *instruction = dyn_cast<Instruction>(value);
    const unsigned made = instruction ? frontOf(instruction) : unsigned(fronts.size());
    if (made >= front)
      return value;
    if (isKept(*instruction))
      return waiting(instruction, made, front - made);
    Value *again = copyAhead(instruction, front);
    inLoop[front][value] = again;
    return again;
  }

  /// As it was so many turns ago.
  Value *waiting(Instruction *each, unsigned front, unsigned turns) {
    if (turns == 0)
      return inLoop[front].lookup(each);
    SmallVector<PHINode *> &kept = turnsOf[each];
    while (kept.size() < turns) {
      const unsigned turn = unsigned(kept.size()) + 1;
      // The older first: each is moved on before its place is taken.
      IRBuilder<> phis(turn == 1 ? counter : kept.back());
      PHINode *phi = phis.CreatePHI(each->getType(), 2);
      phi->addIncoming(before[fronts.size() - front - turn].lookup(each), loop.getLoopPreheader());
      phi->addIncoming(turn == 1 ? inLoop[front].lookup(each) : kept.back(), loop.getLoopLatch());
      kept.push_back(phi);
    }
    return kept[turns - 1];
  }

  static constexpr std::size_t mostOperations = 256; ///< of which more takes long

  Loop &loop;
  BasicBlock &header;
  PHINode *counter = nullptr;
  Value *count = nullptr;
  SmallVector<BasicBlock *> way;
  SmallPtrSet<const Value *, 4> stored;
  MapVector<Instruction *, unsigned> depths; ///< cycles from an input to there
  DenseMap<Instruction *, unsigned> heights; ///< and from there
  unsigned longest = 0;
  SmallVector<Instructions, 1> fronts; ///< each has all of the one before it
  SmallVector<std::pair<Instruction *, unsigned>> ordered;
  SmallVector<DenseMap<Value *, Value *>, 4> before, inLoop;
  DenseMap<Instruction *, SmallVector<PHINode *>> turnsOf;
  IRBuilder<> ahead;
};

} // namespace

void staggerLoops(Module &module) {
  visitInnermostLoops(module, [](Loop &loop, const LoopInfo &loops) { Stagger(loop).run(loops); });
}

} // namespace xphi::compiler
