// What the runtime calls in an artifact, and C functions call in an object: the kernels' entries.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/EntryPoints.h"

#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

// Halide 21's halide_buffer_t and halide_dimension_t.
struct BufferLayout {
  StructType *dimension, *buffer;
  enum Field { Device, DeviceInterface, Host, Flags, ElementType, Dimensions, Dimension, Padding };

  /// As HalideLoops.cpp has it: code (2 is float, 1 an unsigned number), bits, lanes.
  static uint32_t typeOf(char kind) {
    const bool isFloat = kind == letterOf(ElementType::F32);
    return (isFloat ? 2 : 1) | bytesOf(kind) * 8 << 8 | 1 << 16;
  }

  explicit BufferLayout(LLVMContext &context) {
    Type *i32 = Type::getInt32Ty(context), *i64 = Type::getInt64Ty(context);
    Type *pointer = PointerType::getUnqual(context);
    dimension = StructType::get(context, {i32, i32, i32, i32}); // min, extent, stride, flags
    buffer = StructType::get(context, {i64, pointer, pointer, i64, i32, i32, pointer, pointer});
  }
};

constexpr int64_t sliceElements = int64_t(1) << 30;

} // namespace

Function *defineEntry(Module &module, StringRef name, Function &loop,
                      const LoopSignature &signature, GlobalValue::LinkageTypes linkage) {
  LLVMContext &context = module.getContext();
  BufferLayout layout(context);
  bool gpu = signature.target.isCuda();
  Type *i32 = Type::getInt32Ty(context), *i64 = Type::getInt64Ty(context);
  Type *pointer = PointerType::getUnqual(context);
  SmallVector<Type *> types{pointer, pointer, pointer, i64};
  if (gpu)
    types.insert(types.begin(), pointer);
  auto entry = Function::Create(FunctionType::get(i32, types, false), linkage, name, module);
  Value *inputs = entry->getArg(gpu), *outputs = entry->getArg(gpu + 1);
  Value *parameters = entry->getArg(gpu + 2), *count = entry->getArg(gpu + 3);

  auto block = [&](const char *label) { return BasicBlock::Create(context, label, entry); };
  BasicBlock *start = block("start"), *slice = block("slice"), *done = block("done");
  IRBuilder<> b(start);
  Value *dimension = b.CreateAlloca(layout.dimension);
  b.CreateStore(Constant::getNullValue(layout.dimension), dimension);
  b.CreateStore(b.getInt32(1), b.CreateStructGEP(layout.dimension, dimension, 2));
  auto element = [&](Value *array, unsigned i, Type *type) {
    return b.CreateLoad(type, b.CreateConstGEP1_64(type, array, i));
  };
  Type *address = gpu ? i64 : pointer;
  SmallVector<Value *> buffers, addresses, arguments;
  SmallVector<unsigned> shifts; // of an index, to bytes
  if (gpu)
    arguments.push_back(entry->getArg(0));
  auto addBuffer = [&](char kind, Value *array, unsigned i) {
    Value *buffer = b.CreateAlloca(layout.buffer);
    b.CreateStore(Constant::getNullValue(layout.buffer), buffer);
    auto field = [&](BufferLayout::Field f) { return b.CreateStructGEP(layout.buffer, buffer, f); };
    b.CreateStore(b.getInt32(BufferLayout::typeOf(kind)), field(BufferLayout::ElementType));
    b.CreateStore(b.getInt32(1), field(BufferLayout::Dimensions));
    b.CreateStore(dimension, field(BufferLayout::Dimension));
    shifts.push_back(Log2_32(bytesOf(kind)));
    buffers.push_back(field(gpu ? BufferLayout::Device : BufferLayout::Host));
    addresses.push_back(element(array, i, address));
    arguments.push_back(buffer);
  };
  unsigned arrays = 0;
  for (char kind : signature.inputs)
    addBuffer(kind, inputs, arrays++);
  for (auto [i, kind] : enumerate(signature.parameters))
    if (kind == FloatScalar)
      arguments.push_back(element(parameters, unsigned(i), b.getFloatTy()));
    else
      addBuffer(kind, inputs, arrays++);
  for (auto [i, kind] : enumerate(signature.outputs))
    addBuffer(kind, outputs, unsigned(i));
  b.CreateCondBr(b.CreateICmpSGT(count, b.getInt64(0)), slice, done);

  b.SetInsertPoint(slice);
  PHINode *offset = b.CreatePHI(i64, 2);
  offset->addIncoming(b.getInt64(0), start);
  Value *left = b.CreateSub(count, offset);
  Value *extent = b.CreateBinaryIntrinsic(Intrinsic::smin, left, b.getInt64(sliceElements));
  b.CreateStore(b.CreateTrunc(extent, i32), b.CreateStructGEP(layout.dimension, dimension, 1));
  for (auto [field, base, shift] : zip(buffers, addresses, shifts)) {
    Value *bytes = b.CreateShl(offset, shift);
    b.CreateStore(gpu ? b.CreateAdd(base, bytes) : b.CreateGEP(b.getInt8Ty(), base, bytes), field);
  }
  Value *status = b.CreateCall(&loop, arguments);
  Value *next = b.CreateAdd(offset, extent);
  offset->addIncoming(next, slice);
  Value *again = b.CreateAnd(b.CreateICmpSLT(next, count), b.CreateICmpEQ(status, b.getInt32(0)));
  b.CreateCondBr(again, slice, done);

  b.SetInsertPoint(done);
  PHINode *result = b.CreatePHI(i32, 2);
  result->addIncoming(b.getInt32(0), start);
  result->addIncoming(status, slice);
  b.CreateRet(result);
  return entry;
}

void defineText(Module &module, StringRef name, StringRef text) {
  Constant *value = ConstantDataArray::getString(module.getContext(), text, /*AddNull=*/true);
  new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::ExternalLinkage,
                     value, name);
}

void defineCudaBindings(Module &module) {
  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::getUnqual(context);
  const char *names[] = {"halide_cuda_initialize_kernels", "halide_cuda_run",
                         "halide_cuda_finalize_kernels", "halide_copy_to_device"};
  auto tableType = ArrayType::get(pointer, std::size(names));
  auto table =
      new GlobalVariable(module, tableType, /*isConstant=*/false, GlobalValue::ExternalLinkage,
                         Constant::getNullValue(tableType), "xphi_cuda_bindings");
  for (auto [position, name] : enumerate(names)) {
    Function *function = module.getFunction(name);
    if (!function)
      continue;
    function->setLinkage(GlobalValue::InternalLinkage);
    IRBuilder<> b(BasicBlock::Create(context, "start", function));
    Value *target = b.CreateLoad(pointer, b.CreateConstGEP2_64(tableType, table, 0, position));
    SmallVector<Value *> arguments;
    for (Argument &argument : function->args())
      arguments.push_back(&argument);
    CallInst *call = b.CreateCall(function->getFunctionType(), target, arguments);
    if (function->getReturnType()->isVoidTy())
      b.CreateRetVoid();
    else
      b.CreateRet(call);
  }
  // Only passed on to halide_copy_to_device, which does not look at it.
  if (Function *interface = module.getFunction("halide_cuda_device_interface")) {
    interface->setLinkage(GlobalValue::InternalLinkage);
    IRBuilder<> b(BasicBlock::Create(context, "start", interface));
    b.CreateRet(ConstantPointerNull::get(cast<PointerType>(pointer)));
  }
}

} // namespace xphi::compiler
