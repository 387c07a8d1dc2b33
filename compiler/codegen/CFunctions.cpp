// The C functions of an ahead-of-time object: all that it exports.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/CFunctions.h"

#include "codegen/ObjectBitcode.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

constexpr char sweepName[] = "xphi_object_sweep", forwardMaskName[] = "xphi_object_forward_mask",
               backwardMaskName[] = "xphi_object_backward_mask";

bool has(const std::string &roles, CRole role) { return StringRef(roles).contains(char(role)); }

bool hasMask(const CKernel &kernel) {
  return has(kernel.inputs, CRole::Bits) || has(kernel.outputs, CRole::Bits);
}

bool hasSums(const CKernel &kernel) {
  return has(kernel.outputs, CRole::Scalar) || has(kernel.outputs, CRole::PerChannel);
}

std::string linkObjectCalls(Module &module) {
  if (module.getFunction(sweepName))
    return {};
  const bool wasm = module.getTargetTriple().isWasm();
  return linkObjectCode(module, wasm ? objectCallsWasmBitcode() : objectCallsBitcode());
}

class Definition {
public:
  Definition(Module &module, const CKernel &kernel, bool channels)
      : module(module), kernel(kernel), channels(channels), builder(module.getContext()) {}

  void define() {
    createFunction();
    if (hasMask(kernel))
      callWithMask();
    else if (channels || hasSums(kernel))
      callSweep();
    else
      builder.CreateCall(kernel.entry, {array(inputs, pointer()), array(outputs, pointer()),
                                        numbers(), asIndex(n), asIndex(first)});
    builder.CreateRetVoid();
  }

private:
  Type *pointer() { return builder.getPtrTy(); }
  /// C's size_t.
  IntegerType *size() { return module.getDataLayout().getIntPtrType(module.getContext()); }
  Value *asIndex(Value *number) { return builder.CreateZExt(number, builder.getInt64Ty()); }
  bool isArray(char parameter) const { return channels && parameter == char(CRole::PerChannel); }

  void createFunction() {
    SmallVector<Type *> types(kernel.inputs.size(), pointer());
    for (char role : kernel.parameters)
      types.push_back(isArray(role) ? pointer() : builder.getFloatTy());
    types.append(kernel.outputs.size(), pointer());
    types.append((channels ? 3 : 1) + kernel.indexed, size());
    function = Function::Create(FunctionType::get(builder.getVoidTy(), types, false),
                                GlobalValue::ExternalLinkage,
                                kernel.name + (channels ? "_channels" : ""), module);
    builder.SetInsertPoint(BasicBlock::Create(module.getContext(), "start", function));
    auto argument = function->arg_begin();
    auto take = [&](const std::string &roles, SmallVector<Value *> &into) {
      for (size_t i = 0; i < roles.size(); ++i)
        into.push_back(&*argument++);
    };
    take(kernel.inputs, inputs);
    take(kernel.parameters, parameters);
    take(kernel.outputs, outputs);
    channelCount = inner = ConstantInt::get(size(), 1);
    if (channels) {
      channelCount = &*argument++;
      inner = &*argument++;
    }
    first = kernel.indexed ? &*argument++ : cast<Value>(ConstantInt::get(size(), 0));
    n = &*argument;
  }

  Value *array(ArrayRef<Value *> values, Type *type) {
    Value *memory =
        builder.CreateAlloca(type, builder.getInt64(std::max<size_t>(values.size(), 1)));
    for (auto [i, value] : enumerate(values))
      builder.CreateStore(value, builder.CreateConstGEP1_64(type, memory, i));
    return memory;
  }

  // All parameters, with a zero for each that has an array.
  Value *numbers() {
    SmallVector<Value *> values(parameters);
    for (auto [role, value] : zip(kernel.parameters, values))
      if (isArray(role))
        value = ConstantFP::get(builder.getFloatTy(), 0);
    return array(values, builder.getFloatTy());
  }

  Value *channelValues() {
    SmallVector<Value *> values;
    for (auto [role, value] : zip(kernel.parameters, parameters))
      if (isArray(role))
        values.push_back(value);
    return channels ? array(values, pointer())
                    : ConstantPointerNull::get(PointerType::getUnqual(module.getContext()));
  }

  void callSweep() {
    Value *channelsEntry =
        kernel.channelsEntry
            ? cast<Value>(kernel.channelsEntry)
            : ConstantPointerNull::get(PointerType::getUnqual(module.getContext()));
    Value *roles = builder.CreateGlobalString(
        kernel.inputs + ";" + kernel.parameters + ";" + kernel.outputs, kernel.name + ".roles");
    builder.CreateCall(module.getFunction(sweepName),
                       {kernel.entry, channelsEntry, roles, array(inputs, pointer()),
                        array(outputs, pointer()), numbers(), channelValues(), channelCount, inner,
                        first, n});
  }

  // Of one input and one gradient: (x) to (y, mask), or (mask, dy) to (dx).
  void callWithMask() {
    const bool forward = has(kernel.outputs, CRole::Bits);
    SmallVector<Value *> arguments{kernel.entry};
    arguments.append(inputs);
    arguments.push_back(numbers());
    arguments.append(outputs);
    arguments.append({first, n});
    builder.CreateCall(module.getFunction(forward ? forwardMaskName : backwardMaskName), arguments);
  }

  Module &module;
  const CKernel &kernel;
  const bool channels;
  IRBuilder<> builder;
  Function *function = nullptr;
  SmallVector<Value *> inputs, parameters, outputs;
  Value *channelCount = nullptr, *inner = nullptr, *first = nullptr, *n = nullptr;
};

} // namespace

std::string defineCFunctions(Module &module, const CKernel &kernel) {
  const bool channels = kernel.channelsEntry && !hasMask(kernel);
  if (channels || hasMask(kernel) || hasSums(kernel))
    if (std::string error = linkObjectCalls(module); !error.empty())
      return error;
  Definition(module, kernel, false).define();
  if (channels)
    Definition(module, kernel, true).define();
  return {};
}

} // namespace xphi::compiler
