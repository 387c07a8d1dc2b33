// Joins a loop made by Halide with the body it calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/JoinLoops.h"

#include "codegen/LoopSignature.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/Linker/Linker.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

// The calls whose results make the lanes of one vector, in order.
struct Chain {
  InsertElementInst *last;
  SmallVector<CallInst *> calls;
  unsigned output;
};

// The output whose body this is.
std::optional<unsigned> outputOf(const Function *callee) {
  unsigned output;
  StringRef name = callee ? callee->getName() : "";
  if (!name.consume_front(loopBodyPrefix) || name.getAsInteger(10, output))
    return std::nullopt;
  return output;
}

// The chain that ends in `last`, if every lane comes from a call of one body.
std::optional<Chain> chainEndingIn(InsertElementInst *last) {
  auto type = dyn_cast<FixedVectorType>(last->getType());
  auto lastCall = dyn_cast<CallInst>(last->getOperand(1));
  auto output = lastCall ? outputOf(lastCall->getCalledFunction()) : std::nullopt;
  if (!type || !output)
    return std::nullopt;
  Chain chain{last, SmallVector<CallInst *>(type->getNumElements()), *output};
  Value *vector = last;
  for (unsigned lane = type->getNumElements(); lane-- > 0;) {
    auto insert = dyn_cast<InsertElementInst>(vector);
    auto index = insert ? dyn_cast<ConstantInt>(insert->getOperand(2)) : nullptr;
    auto call = insert ? dyn_cast<CallInst>(insert->getOperand(1)) : nullptr;
    if (!index || index->getZExtValue() != lane || !call ||
        call->getCalledFunction() != lastCall->getCalledFunction())
      return std::nullopt;
    chain.calls[lane] = call;
    vector = insert->getOperand(0);
  }
  return chain;
}

/// What is loaded from `first` on, so many bytes further. Null: not known.
LoadInst *loadBehind(Value *scalar, LoadInst *first, uint64_t bytes) {
  auto *load = dyn_cast<LoadInst>(scalar);
  if (!load || !load->isSimple() || load->getParent() != first->getParent() ||
      load->getType() != first->getType())
    return nullptr;
  const DataLayout &layout = load->getDataLayout();
  const auto baseOf = [&](const LoadInst *each, APInt &offset) {
    return each->getPointerOperand()->stripAndAccumulateConstantOffsets(layout, offset,
                                                                        /*AllowNonInbounds=*/true);
  };
  const unsigned bits = layout.getIndexTypeSizeInBits(load->getPointerOperandType());
  APInt from(bits, 0), to(bits, 0);
  const bool isOfOne = baseOf(first, from) == baseOf(load, to);
  return isOfOne && to - from == bytes ? load : nullptr;
}

/// The scalars as one load, where Halide's LLVM made of it one for each lane: those would be joined
/// again, but last of all, when instructions are selected. Null where they are no such.
Value *loadedTogether(ArrayRef<Value *> scalars) {
  auto *first = dyn_cast<LoadInst>(scalars.front());
  if (!first || !first->isSimple())
    return nullptr;
  const uint64_t each = first->getDataLayout().getTypeStoreSize(first->getType());
  Instruction *begin = first, *end = first;
  for (auto [lane, scalar] : enumerate(scalars)) {
    LoadInst *load = loadBehind(scalar, first, lane * each);
    if (!load)
      return nullptr;
    if (load->comesBefore(begin))
      begin = load;
    if (end->comesBefore(load))
      end = load;
  }
  // What is written between them would be there for some lanes only.
  for (const Instruction &between : make_range(begin->getIterator(), end->getIterator()))
    if (between.mayWriteToMemory())
      return nullptr;
  IRBuilder<> builder(first);
  return builder.CreateAlignedLoad(FixedVectorType::get(first->getType(), scalars.size()),
                                   first->getPointerOperand(), first->getAlign());
}

// The vector whose lanes are the given scalars: the one they were extracted from, if there is one.
Value *gather(IRBuilder<> &builder, ArrayRef<Value *> scalars) {
  Value *source = nullptr;
  bool whole = true;
  for (auto [lane, scalar] : enumerate(scalars)) {
    auto extract = dyn_cast<ExtractElementInst>(scalar);
    auto index = extract ? dyn_cast<ConstantInt>(extract->getIndexOperand()) : nullptr;
    whole = whole && index && index->getZExtValue() == lane &&
            (!source || source == extract->getVectorOperand());
    source = extract ? extract->getVectorOperand() : nullptr;
  }
  if (whole && cast<FixedVectorType>(source->getType())->getNumElements() == scalars.size())
    return source;
  if (Value *loaded = loadedTogether(scalars))
    return loaded;
  Value *vector =
      PoisonValue::get(FixedVectorType::get(scalars.front()->getType(), scalars.size()));
  for (auto [lane, scalar] : enumerate(scalars))
    vector = builder.CreateInsertElement(vector, scalar, lane);
  return vector;
}

bool haveSameOperands(const Chain &a, const Chain &b) {
  auto same = [](const CallInst *p, const CallInst *q) {
    return std::equal(p->arg_begin(), p->arg_end(), q->arg_begin(), q->arg_end());
  };
  return a.calls.size() == b.calls.size() &&
         std::equal(a.calls.begin(), a.calls.end(), b.calls.begin(), same);
}

// Replaces the chains, which are the outputs of the same elements, by one call of the body. It
// stands where the first chain ends: by then the operands of all are there.
void replace(ArrayRef<Chain> chains, Function &body) {
  const Chain &first = chains.front();
  IRBuilder<> builder(first.last);
  SmallVector<Value *> arguments;
  for (auto [position, parameter] : enumerate(body.args())) {
    SmallVector<Value *> scalars;
    for (CallInst *call : first.calls)
      scalars.push_back(call->getArgOperand(position));
    arguments.push_back(parameter.getType()->isVectorTy() ? gather(builder, scalars)
                                                          : scalars.front());
  }
  CallInst *results = builder.CreateCall(&body, arguments);
  for (const Chain &chain : chains) {
    Value *vector = results->getType()->isStructTy()
                        ? builder.CreateExtractValue(results, chain.output)
                        : results;
    // Of several vectors the first may be taken from the chain where its lanes are there.
    for (auto *link = chain.last; link; link = dyn_cast<InsertElementInst>(link->getOperand(0)))
      link->replaceUsesWithIf(vector, [&](const Use &use) {
        return link == chain.last || !isa<InsertElementInst>(use.getUser());
      });
  }
}

void erase(const Chain &chain) {
  for (Instruction *dead = chain.last; dead;) {
    auto next = dyn_cast<InsertElementInst>(dead->getOperand(0));
    dead->eraseFromParent();
    dead = next;
  }
  for (CallInst *call : chain.calls)
    if (call->use_empty())
      call->eraseFromParent();
}

// Halide says of each buffer that it aliases no other; here input and output may be the same.
void dropAliasPromises(Function &function) {
  for (BasicBlock &block : function)
    for (Instruction &instruction : block)
      instruction.setMetadata(LLVMContext::MD_tbaa, nullptr);
}

// Keeps the loop only, under its new name.
void extractLoop(Module &loop, StringRef loopFunction) {
  for (Function &function : make_early_inc_range(loop))
    if (!function.isDeclaration() && function.getName() != loopName) {
      if (function.use_empty())
        function.eraseFromParent();
      else
        function.setLinkage(GlobalValue::InternalLinkage);
    }
  for (GlobalVariable &global : loop.globals())
    if (!global.isDeclaration())
      global.setLinkage(GlobalValue::InternalLinkage);
  loop.getFunction(loopName)->setName(loopFunction);
  // Halide's flags (wchar size, PIC level) are not ours to merge.
  if (NamedMDNode *flags = loop.getNamedMetadata("llvm.module.flags"))
    flags->eraseFromParent();
}

} // namespace

void dropTargetAttributes(Module &module) {
  for (Function &function : module) {
    function.removeFnAttr("target-cpu");
    function.removeFnAttr("target-features");
    function.removeFnAttr("tune-cpu");
    function.removeFnAttr("use-soft-float");
  }
}

bool linkLoop(Module &module, std::unique_ptr<Module> loop, StringRef loopFunction) {
  extractLoop(*loop, loopFunction);
  dropTargetAttributes(*loop);
  loop->setDataLayout(module.getDataLayout());
  loop->setTargetTriple(module.getTargetTriple());
  if (Linker::linkModules(module, std::move(loop)))
    return false;
  module.getFunction(loopFunction)->setLinkage(GlobalValue::InternalLinkage);
  return true;
}

bool joinLoop(Module &module, std::unique_ptr<Module> loop, StringRef loopFunction,
              Function &body) {
  if (!linkLoop(module, std::move(loop), loopFunction))
    return false;
  Function &function = *module.getFunction(loopFunction);
  dropAliasPromises(function);
  function.addFnAttr(Attribute::AlwaysInline); // its operands are constants of its only caller

  // The outputs of the same elements, together.
  SmallVector<SmallVector<Chain>> groups;
  for (BasicBlock &block : function)
    for (Instruction &instruction : block)
      if (auto insert = dyn_cast<InsertElementInst>(&instruction))
        if (auto chain = chainEndingIn(insert)) {
          auto group = find_if(groups, [&](const SmallVector<Chain> &each) {
            return each.front().last->getParent() == &block &&
                   haveSameOperands(each.front(), *chain);
          });
          if (group == groups.end())
            groups.push_back({std::move(*chain)});
          else
            group->push_back(std::move(*chain));
        }
  const unsigned outputs = body.getReturnType()->isStructTy()
                               ? cast<StructType>(body.getReturnType())->getNumElements()
                               : 1;
  for (const SmallVector<Chain> &group : groups) {
    if (group.size() != outputs)
      return false;
    replace(group, body);
    for (const Chain &chain : group)
      erase(chain);
  }
  for (unsigned i = 0; i < outputs; ++i) {
    Function *scalarBody = module.getFunction(loopBodyName(i));
    if (!scalarBody || !scalarBody->use_empty())
      return false;
    scalarBody->eraseFromParent();
  }
  return true;
}

} // namespace xphi::compiler
