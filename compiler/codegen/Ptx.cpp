// Joins Halide's GPU kernel with the body it calls, as PTX text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Ptx.h"

#include "codegen/LoopSignature.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

void replaceAll(std::string &text, StringRef from, StringRef to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// Cuts from `begin` to the end of `end`; false if they are not there.
bool cut(std::string &text, StringRef begin, StringRef end) {
  size_t first = text.find(begin);
  size_t last = first == std::string::npos ? first : text.find(end, first);
  if (last == std::string::npos)
    return false;
  text.erase(first, last + end.size() - first);
  return true;
}

// The name after `.entry `.
std::string kernelName(StringRef text) {
  StringRef name = text.split(".entry ").second;
  return name.take_until([](char c) { return c == '('; }).str();
}

GlobalVariable *globalWithText(Module &module, StringRef text) {
  for (GlobalVariable &global : module.globals()) {
    auto data =
        global.hasInitializer() ? dyn_cast<ConstantDataArray>(global.getInitializer()) : nullptr;
    if (data && data->isCString() && data->getAsCString() == text)
      return &global;
  }
  return nullptr;
}

GlobalVariable *addText(Module &module, StringRef text) {
  Constant *value = ConstantDataArray::getString(module.getContext(), text);
  return new GlobalVariable(module, value->getType(), true, GlobalValue::PrivateLinkage, value);
}

} // namespace

PtxResult joinPtx(Module &host, StringRef kernel, StringRef bodyPtx) {
  Function *initialise = host.getFunction("halide_cuda_initialize_kernels");
  if (!initialise || !initialise->hasOneUse())
    return {"", "Halide's launch code does not load its kernels in one place"};
  auto call = cast<CallInst>(*initialise->user_begin());
  auto source = dyn_cast<GlobalVariable>(call->getArgOperand(2)->stripPointerCasts());
  auto data = source ? dyn_cast<ConstantDataArray>(source->getInitializer()) : nullptr;
  if (!data)
    return {"", "Halide's launch code has no kernel source"};

  std::string loop = data->getAsString().rtrim('\0').str();
  std::string oldName = kernelName(loop);
  GlobalVariable *nameInHost = globalWithText(host, oldName);
  if (!nameInHost || !cut(loop, ".version", ".address_size 64"))
    return {"", "Halide's kernel has another form than expected"};
  while (cut(loop, ".extern .func", ";"))
    ;
  // The body as a function of this module only.
  std::string body = bodyPtx.str();
  replaceAll(body, ".visible .func", ".func");
  std::string text = body + loop;
  if (StringRef(text).contains(".ftz"))
    return {"", "the kernel flushes subnormals to zero"};
  // Each kernel's body has a name of its own, so that kernels can share a file.
  replaceAll(text, loopBodyPrefix, (kernel + "_body_").str());
  replaceAll(text, oldName, kernel);

  // Halide appends a zero and counts it.
  call->setArgOperand(2, addText(host, text));
  call->setArgOperand(3, ConstantInt::get(Type::getInt32Ty(host.getContext()), text.size() + 1));
  nameInHost->replaceAllUsesWith(addText(host, kernel));
  return {text, ""};
}

} // namespace xphi::compiler
