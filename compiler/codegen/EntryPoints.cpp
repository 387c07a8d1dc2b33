// What the runtime calls in an artifact, and C functions call in an object: the kernels' entries.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/EntryPoints.h"

#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

// Halide 21's halide_buffer_t and halide_dimension_t, as they are where pointers have 64 bits: so
// they are in every loop.
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
    buffer = StructType::get(context, {i64, i64, pointer, i64, i32, i32, pointer, i64});
  }
};

constexpr int64_t sliceElements = int64_t(1) << 30;

class Entry {
public:
  Entry(Module &module, StringRef name, Function &loop, const LoopSignature &signature,
        GlobalValue::LinkageTypes linkage)
      : loop(loop), signature(signature), gpu(signature.target.isCuda()), lanes(signature.lanes()),
        layout(module.getContext()), b(module.getContext()) {
    SmallVector<Type *> types{b.getPtrTy(), b.getPtrTy(), b.getPtrTy(), b.getInt64Ty(),
                              b.getInt64Ty()};
    if (gpu)
      types.insert(types.begin(), b.getPtrTy());
    entry =
        Function::Create(FunctionType::get(b.getInt32Ty(), types, false), linkage, name, module);
    count = entry->getArg(gpu + 3);
    first = entry->getArg(gpu + 4);
    indexed = signature.parameters.ends_with(char(IndexScalar));
  }

  Function *define() {
    BasicBlock *start = block("start"), *slice = block("slice"), *run = block("run"),
               *next = block("next"), *done = block("done");
    b.SetInsertPoint(start);
    findOperands();
    // A vector starts with an index that is a multiple of its length, the first one perhaps before
    // the first element.
    Value *begin = b.getInt64(0);
    if (indexed && !gpu)
      begin = b.CreateNeg(b.CreateAnd(first, int64_t(lanes) - 1));
    b.CreateCondBr(b.CreateICmpSGT(count, b.getInt64(0)), slice, done);

    b.SetInsertPoint(slice);
    PHINode *offset = b.CreatePHI(b.getInt64Ty(), 2);
    offset->addIncoming(begin, start);
    for (Operand &operand : operands)
      operand.place = placeOf(operand, offset);
    Value *left = b.CreateSub(count, offset);
    if (!gpu)
      left = b.CreateAnd(left, -int64_t(lanes));
    Value *extent = b.CreateBinaryIntrinsic(Intrinsic::smin, left, b.getInt64(sliceElements));
    Value *isRest = b.getFalse();
    if (gpu) {
      b.CreateBr(run);
    } else {
      isRest = b.CreateICmpEQ(left, b.getInt64(0));
      if (indexed)
        isRest = b.CreateOr(isRest, b.CreateICmpSLT(offset, b.getInt64(0)));
      extent = b.CreateSelect(isRest, b.getInt64(lanes), extent);
      mask = restMask(offset);
      BasicBlock *copyIn = block("copy_in");
      b.CreateCondBr(isRest, copyIn, run);
      moveRestToStack(copyIn, run);
    }

    b.SetInsertPoint(run);
    b.CreateStore(b.CreateTrunc(extent, b.getInt32Ty()),
                  b.CreateStructGEP(layout.dimension, dimension, 1));
    for (const Operand &operand : operands)
      b.CreateStore(operand.place, operand.field);
    if (indexed)
      arguments[indexAt] = b.CreateAdd(first, offset);
    Value *status = b.CreateCall(&loop, arguments);
    if (gpu) {
      b.CreateBr(next);
    } else {
      BasicBlock *copyOut = block("copy_out");
      b.CreateCondBr(isRest, copyOut, next);
      moveRestFromStack(copyOut, next, offset);
    }

    b.SetInsertPoint(next);
    Value *reached = b.CreateAdd(offset, extent);
    offset->addIncoming(reached, next);
    Value *again =
        b.CreateAnd(b.CreateICmpSLT(reached, count), b.CreateICmpEQ(status, b.getInt32(0)));
    b.CreateCondBr(again, slice, done);

    b.SetInsertPoint(done);
    PHINode *result = b.CreatePHI(b.getInt32Ty(), 2);
    result->addIncoming(b.getInt32(0), start);
    result->addIncoming(status, next);
    b.CreateRet(result);
    return entry;
  }

private:
  struct Operand {
    char kind;
    bool isOutput;
    Value *base, *field;    ///< the whole array; where Halide's buffer has its address
    Value *stack = nullptr; ///< one vector
    Value *place = nullptr; ///< of the slice
  };

  BasicBlock *block(const char *label) { return BasicBlock::Create(b.getContext(), label, entry); }

  Type *elementOf(char kind) {
    if (kind == letterOf(ElementType::F32))
      return b.getFloatTy();
    return b.getIntNTy(8 * bytesOf(kind));
  }
  Type *vectorOf(char kind) { return FixedVectorType::get(elementOf(kind), lanes); }

  void findOperands() {
    dimension = b.CreateAlloca(layout.dimension);
    b.CreateStore(Constant::getNullValue(layout.dimension), dimension);
    b.CreateStore(b.getInt32(1), b.CreateStructGEP(layout.dimension, dimension, 2));
    Value *inputs = entry->getArg(gpu), *outputs = entry->getArg(gpu + 1);
    Value *parameters = entry->getArg(gpu + 2);
    if (gpu)
      arguments.push_back(entry->getArg(0));
    unsigned arrays = 0;
    for (char kind : signature.inputs)
      addArray(kind, inputs, arrays++, /*isOutput=*/false);
    for (auto [i, kind] : enumerate(signature.parameters))
      if (kind == FloatScalar) {
        arguments.push_back(element(parameters, unsigned(i), b.getFloatTy()));
      } else if (kind == IndexScalar) {
        indexAt = unsigned(arguments.size());
        arguments.push_back(first);
      } else {
        addArray(kind, inputs, arrays++, /*isOutput=*/false);
      }
    for (auto [i, kind] : enumerate(signature.outputs))
      addArray(kind, outputs, unsigned(i), /*isOutput=*/true);
  }

  Value *element(Value *array, unsigned i, Type *type) {
    return b.CreateLoad(type, b.CreateConstGEP1_64(type, array, i));
  }

  void addArray(char kind, Value *arrays, unsigned i, bool isOutput) {
    Value *buffer = b.CreateAlloca(layout.buffer);
    b.CreateStore(Constant::getNullValue(layout.buffer), buffer);
    auto field = [&](BufferLayout::Field f) { return b.CreateStructGEP(layout.buffer, buffer, f); };
    b.CreateStore(b.getInt32(BufferLayout::typeOf(kind)), field(BufferLayout::ElementType));
    b.CreateStore(b.getInt32(1), field(BufferLayout::Dimensions));
    b.CreateStore(dimension, field(BufferLayout::Dimension));
    Type *address = b.getPtrTy();
    if (gpu)
      address = b.getInt64Ty();
    operands.push_back({kind, isOutput, element(arrays, i, address),
                        field(gpu ? BufferLayout::Device : BufferLayout::Host)});
    if (!gpu)
      operands.back().stack = b.CreateAlloca(vectorOf(kind));
    arguments.push_back(buffer);
  }

  Value *placeOf(const Operand &operand, Value *offset) {
    Value *bytes = b.CreateShl(offset, Log2_32(bytesOf(operand.kind)));
    return gpu ? b.CreateAdd(operand.base, bytes) : b.CreateGEP(b.getInt8Ty(), operand.base, bytes);
  }

  Value *restMask(Value *offset) {
    SmallVector<Constant *> indices;
    for (unsigned lane = 0; lane < lanes; ++lane)
      indices.push_back(b.getInt32(lane));
    Value *lane = ConstantVector::get(indices), *end = b.CreateSub(count, offset);
    const auto everywhere = [&](Value *number) {
      return b.CreateVectorSplat(lanes, b.CreateTrunc(number, b.getInt32Ty()));
    };
    if (!indexed)
      return b.CreateICmpULT(lane, everywhere(end));
    end = b.CreateBinaryIntrinsic(Intrinsic::smin, end, b.getInt64(lanes));
    Value *begin = b.CreateBinaryIntrinsic(Intrinsic::smax, b.CreateNeg(offset), b.getInt64(0));
    return b.CreateAnd(b.CreateICmpUGE(lane, everywhere(begin)),
                       b.CreateICmpULT(lane, everywhere(end)));
  }

  void moveRestToStack(BasicBlock *copyIn, BasicBlock *run) {
    BasicBlock *slice = b.GetInsertBlock();
    b.SetInsertPoint(copyIn);
    for (const Operand &operand : operands)
      if (!operand.isOutput) {
        Type *vector = vectorOf(operand.kind);
        b.CreateStore(b.CreateMaskedLoad(vector, operand.place, alignmentOf(operand.kind), mask,
                                         Constant::getNullValue(vector)),
                      operand.stack);
      }
    b.CreateBr(run);
    b.SetInsertPoint(run);
    for (Operand &operand : operands) {
      PHINode *place = b.CreatePHI(b.getPtrTy(), 2);
      place->addIncoming(operand.place, slice);
      place->addIncoming(operand.stack, copyIn);
      operand.place = place;
    }
  }

  void moveRestFromStack(BasicBlock *copyOut, BasicBlock *next, Value *offset) {
    b.SetInsertPoint(copyOut);
    for (const Operand &operand : operands)
      if (operand.isOutput)
        b.CreateMaskedStore(b.CreateLoad(vectorOf(operand.kind), operand.stack),
                            placeOf(operand, offset), alignmentOf(operand.kind), mask);
    b.CreateBr(next);
  }

  static Align alignmentOf(char kind) { return Align(bytesOf(kind)); }

  Function &loop;
  const LoopSignature &signature;
  const bool gpu;
  const unsigned lanes;
  BufferLayout layout;
  IRBuilder<> b;
  Function *entry;
  Value *count, *first, *dimension = nullptr;
  bool indexed;          ///< the loop takes the index of its first element
  unsigned indexAt = 0;  ///< among the arguments
  Value *mask = nullptr; ///< the lanes that hold elements, of those that fill no whole vector
  SmallVector<Operand> operands;
  SmallVector<Value *> arguments;
};

} // namespace

Function *defineEntry(Module &module, StringRef name, Function &loop,
                      const LoopSignature &signature, GlobalValue::LinkageTypes linkage) {
  return Entry(module, name, loop, signature, linkage).define();
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
