// Calls and loops in place of what WebAssembly has no instructions for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/WasmLowering.h"

#include "codegen/ObjectBitcode.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/IntegerDivision.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

constexpr unsigned mostBits = 64; // of integers that have instructions
constexpr StringLiteral wideCalls[] = {"__multi3", "__ashlti3", "__lshrti3", "__ashrti3"};

bool isWide(const Instruction &instruction) {
  const auto *type = dyn_cast<IntegerType>(instruction.getType());
  return type && type->getBitWidth() > mostBits;
}

bool isHalf(const Type *type) { return type->getScalarType()->isHalfTy(); }

/// `call` with vectors, as calls of four elements or of one.
Value *callByPieces(IRBuilder<> &b, Module &module, IntrinsicInst &fma) {
  Type *element = fma.getType()->getScalarType();
  const StringRef suffix = element->isFloatTy() ? "f32" : "f64";
  Function *one = module.getFunction(("xphi_wasm_fma_" + suffix).str());
  const auto *vector = dyn_cast<FixedVectorType>(fma.getType());
  SmallVector<Value *> operands(fma.args());
  if (!vector)
    return b.CreateCall(one, operands);
  if (element->isFloatTy() && vector->getNumElements() == 4)
    return b.CreateCall(module.getFunction("xphi_wasm_fma_f32x4"), operands);
  Value *result = PoisonValue::get(fma.getType());
  for (unsigned lane = 0; lane < vector->getNumElements(); ++lane) {
    SmallVector<Value *> scalars;
    for (Value *operand : operands)
      scalars.push_back(b.CreateExtractElement(operand, lane));
    result = b.CreateInsertElement(result, b.CreateCall(one, scalars), lane);
  }
  return result;
}

} // namespace

std::string lowerForWasm(Module &module) {
  SmallVector<IntrinsicInst *> fused;
  SmallVector<BinaryOperator *> quotients, remainders;
  bool wide = false;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function)) {
      if (isHalf(instruction.getType()) ||
          any_of(instruction.operand_values(), [](Value *each) { return isHalf(each->getType()); }))
        return "WebAssembly has no numbers of 16 bits, which arrays of f16 and of 8-bit floats "
               "need; "
               "bf16 and integers have code there";
      if (auto *call = dyn_cast<IntrinsicInst>(&instruction);
          call && call->getIntrinsicID() == Intrinsic::fma)
        fused.push_back(call);
      if (!isWide(instruction))
        continue;
      wide = true;
      switch (instruction.getOpcode()) {
      case Instruction::UDiv:
      case Instruction::SDiv:
        quotients.push_back(cast<BinaryOperator>(&instruction));
        break;
      case Instruction::URem:
      case Instruction::SRem:
        remainders.push_back(cast<BinaryOperator>(&instruction));
        break;
      default:
        break;
      }
    }
  if (fused.empty() && !wide)
    return {};
  if (std::string error = linkObjectCode(module, wasmSupportBitcode()); !error.empty())
    return error;
  for (IntrinsicInst *each : fused) {
    IRBuilder<> b(each);
    each->replaceAllUsesWith(callByPieces(b, module, *each));
    each->eraseFromParent();
  }
  for (BinaryOperator *each : quotients)
    expandDivision(each);
  for (BinaryOperator *each : remainders)
    expandRemainder(each);
  // The code generator makes these calls, after unused functions are gone.
  SmallVector<GlobalValue *> kept;
  for (StringRef name : wideCalls)
    if (Function *function = module.getFunction(name); function && wide)
      kept.push_back(function);
  appendToCompilerUsed(module, kept);
  return {};
}

} // namespace xphi::compiler
