// Several objects as one file: a static library, an object, or a shared library.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/JoinObjects.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace xphi::compiler {
namespace {

std::vector<std::string_view> bytesOf(const std::vector<NamedObject> &objects) {
  std::vector<std::string_view> bytes;
  for (const NamedObject &object : objects)
    bytes.push_back(object.bytes);
  return bytes;
}

// The linker here knows ELF only.
bool isWasm(const NamedObject &object) {
  return object.bytes.starts_with(std::string_view("\0asm", 4));
}

LinkResult onlyArchived() {
  return {"",
          "objects for WebAssembly are joined to an archive, which wasm-ld takes: name a static "
          "library, as in -o libmine.a",
          LinkResult::Refused};
}

} // namespace

LinkResult archive(const std::vector<NamedObject> &objects) {
  std::vector<NewArchiveMember> members;
  for (const NamedObject &object : objects)
    members.emplace_back(MemoryBufferRef(StringRef(object.bytes.data(), object.bytes.size()),
                                         StringRef(object.name.data(), object.name.size())));
  auto written = writeArchiveToBuffer(members, SymtabWritingMode::NormalSymtab,
                                      object::Archive::K_GNU, /*Deterministic=*/true,
                                      /*Thin=*/false);
  if (!written)
    return {"", toString(written.takeError()), LinkResult::Refused};
  return {(*written)->getBuffer().str(), "", LinkResult::Done};
}

LinkResult linkRelocatable(const std::vector<NamedObject> &objects) {
  if (llvm::any_of(objects, isWasm))
    return objects.size() == 1
               ? LinkResult{std::string(objects.front().bytes), "", LinkResult::Done}
               : onlyArchived();
  return link(bytesOf(objects), {"-r"});
}

LinkResult linkShared(const std::vector<NamedObject> &objects, const std::string &soname) {
  if (llvm::any_of(objects, isWasm))
    return onlyArchived();
  return linkShared(bytesOf(objects), soname);
}

} // namespace xphi::compiler
