// Inputs of long iterations, asked for ahead of their use.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/PrefetchInputs.h"

#include "codegen/CountedLoop.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

constexpr unsigned shortest = 12; ///< operations; of less a loop moves memory, as fast as that can
constexpr int64_t ahead = 2048;   ///< bytes; half and a quarter of it did nearly as well

unsigned operationsOf(const BasicBlock &block) {
  return unsigned(count_if(block, [](const Instruction &each) {
    return isPure(each) && each.getType()->isVectorTy() && !isa<CastInst>(each);
  }));
}

/// Nothing that changes in the loop but its counter, and no vector's lane, by which rows of tables
/// are found.
bool isOfCounter(const Value &value, const Loop &loop, unsigned depth = 4) {
  if (loop.isLoopInvariant(&value) || isa<PHINode>(value))
    return value.getType()->isIntegerTy();
  const auto *instruction = dyn_cast<Instruction>(&value);
  return instruction && depth > 0 && instruction->getType()->isIntegerTy() &&
         !isa<ExtractElementInst>(instruction) && isPure(*instruction) &&
         all_of(instruction->operands(), [&](const Use &operand) {
           return isa<Function>(operand) || isOfCounter(*operand, loop, depth - 1);
         });
}

/// The first load of each array that is read one vector after the other.
MapVector<Value *, LoadInst *> inputsOf(const Loop &loop) {
  MapVector<Value *, LoadInst *> inputs;
  for (Instruction &each : *loop.getHeader())
    if (auto *load = dyn_cast<LoadInst>(&each); load && load->getType()->isVectorTy())
      if (auto *place = dyn_cast<GetElementPtrInst>(load->getPointerOperand());
          place && loop.isLoopInvariant(place->getPointerOperand()) &&
          all_of(place->indices(), [&](const Use &index) { return isOfCounter(*index, loop); }))
        inputs.insert({place->getPointerOperand(), load});
  return inputs;
}

} // namespace

void prefetchInputs(Module &module) {
  visitInnermostLoops(module, [](Loop &loop, const LoopInfo &) {
    if (operationsOf(*loop.getHeader()) < shortest)
      return;
    for (auto [array, load] : inputsOf(loop)) {
      IRBuilder<> builder(load);
      Value *place =
          builder.CreateConstGEP1_64(builder.getInt8Ty(), load->getPointerOperand(), ahead);
      builder.CreateIntrinsic(
          Intrinsic::prefetch, {place->getType()},
          {place, builder.getInt32(0), builder.getInt32(3), builder.getInt32(1)});
    }
  });
}

} // namespace xphi::compiler
