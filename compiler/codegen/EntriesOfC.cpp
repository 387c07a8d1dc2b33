// Unpacks the arrays of pointers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/EntriesOfC.h"

#include "abi/Artifact.h"
#include "codegen/MachineCode.h"

#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

void defineCall(Module &module, const char *name, GlobalVariable *table, unsigned index,
                const CSignature &signature) {
  IRBuilder<> b(module.getContext());
  Type *pointer = b.getPtrTy(), *number = b.getInt64Ty();
  auto *entry = Function::Create(
      FunctionType::get(b.getInt32Ty(), {pointer, pointer, pointer, number, number}, false),
      GlobalValue::ExternalLinkage, name, module);
  b.SetInsertPoint(BasicBlock::Create(module.getContext(), "start", entry));
  SmallVector<Value *> arguments;
  auto take = [&](unsigned array, std::size_t count, Type *type) {
    for (std::size_t i = 0; i < count; ++i)
      arguments.push_back(b.CreateLoad(type, b.CreateConstGEP1_64(type, entry->getArg(array), i)));
  };
  take(0, signature.inputs, pointer);
  take(2, signature.parameters, b.getFloatTy());
  take(1, signature.outputs, pointer);
  if (signature.indexed)
    arguments.push_back(entry->getArg(4));
  arguments.push_back(entry->getArg(3));
  SmallVector<Type *> types;
  for (Value *argument : arguments)
    types.push_back(argument->getType());
  Value *function = b.CreateLoad(pointer, b.CreateConstGEP1_64(pointer, table, index));
  b.CreateCall(FunctionType::get(b.getVoidTy(), types, false), function, arguments);
  b.CreateRet(b.getInt32(0));
}

} // namespace

std::string entriesOfC(const CSignature &forward, const CSignature *backward) {
  initialiseMachines();
  LLVMContext context;
  Module module("xphi-entries", context);
  MachineCode machine(*Target::parse("x86-64-v3"));
  machine.prepare(module);
  auto *type = ArrayType::get(PointerType::getUnqual(context), 2);
  auto *table = new GlobalVariable(module, type, /*isConstant=*/false, GlobalValue::ExternalLinkage,
                                   ConstantAggregateZero::get(type), functionTableSymbol);
  defineCall(module, forwardSymbol, table, 0, forward);
  if (backward)
    defineCall(module, backwardSymbol, table, 1, *backward);
  return machine.emit(module, CodeForm::Object);
}

} // namespace xphi::compiler
