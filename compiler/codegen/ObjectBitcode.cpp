// Links what ahead-of-time objects bring along into their modules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ObjectBitcode.h"

#include "codegen/JoinLoops.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <vector>

using namespace llvm;

namespace xphi::compiler {

std::string linkObjectCode(Module &module, std::string_view bitcode) {
  auto parsed = parseBitcodeFile(
      MemoryBufferRef(StringRef(bitcode.data(), bitcode.size()), "object"), module.getContext());
  if (!parsed)
    return "the code for objects is not readable: " + toString(parsed.takeError());
  std::unique_ptr<Module> code = std::move(*parsed);
  std::vector<std::string> defined;
  for (GlobalValue &value : code->global_values())
    if (!value.isDeclaration() && value.hasName()) {
      if (auto object = dyn_cast<GlobalObject>(&value))
        object->setComdat(nullptr);
      defined.push_back(value.getName().str());
    }
  dropTargetAttributes(*code);
  if (NamedMDNode *flags = code->getNamedMetadata("llvm.module.flags"))
    flags->eraseFromParent();
  code->setDataLayout(module.getDataLayout());
  code->setTargetTriple(module.getTargetTriple());
  if (Linker::linkModules(module, std::move(code)))
    return "the code for objects cannot be linked";
  for (const std::string &name : defined)
    module.getNamedValue(name)->setLinkage(GlobalValue::InternalLinkage);
  return {};
}

} // namespace xphi::compiler
