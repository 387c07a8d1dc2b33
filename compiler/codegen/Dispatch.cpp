// C functions that pick, at their first call, the code for the best of several targets.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Dispatch.h"

#include "codegen/MachineCode.h"
#include "codegen/ObjectBitcode.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <algorithm>

using namespace llvm;

namespace xphi::compiler {
namespace {

// What runs the code that picks: nothing is asked of it.
constexpr xphi::Target anyX86{"x86-64", xphi::Target::Machine::X86_64, 4, 1};

class Picker {
public:
  Picker(Module &module, const std::vector<Alternative> &bestFirst)
      : module(module), alternatives(bestFirst), builder(module.getContext()) {}

  void define(const CFunction &function, size_t position) {
    FunctionType *type = typeOf(function);
    auto *pointer = builder.getPtrTy();
    Function *pick =
        Function::Create(type, GlobalValue::InternalLinkage, function.name + ".pick", module);
    auto *chosen =
        new GlobalVariable(module, pointer, /*isConstant=*/false, GlobalValue::InternalLinkage,
                           pick, function.name + ".chosen");
    // Whichever thread comes first: all store the same, and what it points to never changes.
    Function *whole = Function::Create(type, GlobalValue::ExternalLinkage, function.name, module);
    start(whole);
    LoadInst *code = builder.CreateLoad(pointer, chosen);
    code->setAtomic(AtomicOrdering::Monotonic);
    code->setAlignment(Align(8));
    tailCall(whole, type, code);

    start(pick);
    Value *best = twin(type, alternatives.back(), position);
    for (const Alternative &each : llvm::reverse(ArrayRef(alternatives).drop_back()))
      best = builder.CreateSelect(has(each.target), twin(type, each, position), best);
    StoreInst *store = builder.CreateStore(best, chosen);
    store->setAtomic(AtomicOrdering::Monotonic);
    store->setAlignment(Align(8));
    tailCall(pick, type, best);
  }

  void defineRunsHere(const std::string &name) {
    Function *runs = Function::Create(FunctionType::get(builder.getInt32Ty(), false),
                                      GlobalValue::ExternalLinkage, name + "_runs_here", module);
    start(runs);
    builder.CreateRet(builder.CreateZExt(has(alternatives.back().target), builder.getInt32Ty()));
  }

private:
  void start(Function *function) {
    builder.SetInsertPoint(BasicBlock::Create(module.getContext(), "start", function));
  }

  FunctionType *typeOf(const CFunction &function) {
    SmallVector<Type *> types;
    for (const CFunction::Argument &argument : function.arguments)
      types.push_back(argument.type.ends_with("*")         ? builder.getPtrTy()
                      : argument.type.starts_with("float") ? builder.getFloatTy()
                                                           : cast<Type>(builder.getInt64Ty()));
    return FunctionType::get(builder.getVoidTy(), types, false);
  }

  Value *twin(FunctionType *type, const Alternative &alternative, size_t position) {
    return module.getOrInsertFunction(alternative.functions[position].name, type).getCallee();
  }

  Value *has(const xphi::Target &target) {
    return builder.CreateCall(module.getFunction("xphi_object_has_level"),
                              {builder.getInt32(target.level)});
  }

  void tailCall(Function *from, FunctionType *type, Value *code) {
    SmallVector<Value *> arguments;
    for (Argument &argument : from->args())
      arguments.push_back(&argument);
    CallInst *call = builder.CreateCall(type, code, arguments);
    call->setTailCallKind(CallInst::TCK_MustTail); // as if the code itself had been called
    builder.CreateRetVoid();
  }

  Module &module;
  const std::vector<Alternative> &alternatives;
  IRBuilder<> builder;
};

} // namespace

DispatchResult dispatch(const std::vector<CFunction> &functions,
                        std::vector<Alternative> alternatives) {
  std::ranges::sort(alternatives, std::ranges::greater(),
                    [](const Alternative &each) { return each.target.level; });
  initialiseMachines();
  LLVMContext context;
  Module module("xphi", context);
  MachineCode machine(anyX86);
  machine.prepare(module);
  if (std::string error = linkObjectCode(module, objectLevelBitcode()); !error.empty())
    return {{}, std::move(error)};
  Picker picker(module, alternatives);
  for (size_t i = 0; i < functions.size(); ++i)
    picker.define(functions[i], i);
  picker.defineRunsHere(functions.front().name);
  machine.optimise(module);
  return {machine.emit(module, CodeForm::Object), {}};
}

} // namespace xphi::compiler
