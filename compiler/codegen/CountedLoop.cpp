// What a loop has to look like.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/CountedLoop.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;

namespace xphi::compiler {

void visitInnermostLoops(Module &module, function_ref<void(Loop &, const LoopInfo &)> visit) {
  for (Function &function : module) {
    if (function.size() < 2)
      continue;
    const DominatorTree dominators(function);
    const LoopInfo loops(dominators);
    for (Loop *loop : loops.getLoopsInPreorder())
      if (loop->isInnermost())
        visit(*loop, loops);
  }
}

std::optional<CountedLoop> countedLoop(const Loop &loop) {
  BasicBlock *header = loop.getHeader(), *before = loop.getLoopPreheader(),
             *latch = loop.getLoopLatch(), *other = nullptr;
  if (!before || !latch || !hasSingleElement(header->phis()))
    return std::nullopt;
  PHINode *counter = &*header->phis().begin();
  Value *next = counter->getIncomingValueForBlock(latch), *count = nullptr;
  using namespace PatternMatch;
  if (match(counter->getIncomingValueForBlock(before), m_ZeroInt()) &&
      match(next, m_Add(m_Specific(counter), m_One())) &&
      match(latch->getTerminator(),
            m_Br(m_SpecificICmp(CmpInst::ICMP_EQ, m_Specific(next), m_Value(count)),
                 m_BasicBlock(other), m_SpecificBB(header))) &&
      loop.isLoopInvariant(count))
    return CountedLoop{counter, count};
  return std::nullopt;
}

bool isPure(const Instruction &instruction) {
  return !isa<PHINode>(instruction) && !instruction.isTerminator() &&
         !instruction.mayReadOrWriteMemory() && !instruction.mayHaveSideEffects() &&
         (isa<IntrinsicInst>(instruction) || isSafeToSpeculativelyExecute(&instruction));
}

Value *indexAfter(IRBuilder<> &builder, Value *index, unsigned turns, Value *last) {
  if (turns == 0)
    return index;
  Value *later = builder.CreateAdd(index, ConstantInt::get(index->getType(), turns));
  return builder.CreateBinaryIntrinsic(Intrinsic::umin, later, last);
}

} // namespace xphi::compiler
