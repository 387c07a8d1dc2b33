// The loops made so far, by signature: with the library, in memory, and in a folder for the next
// process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/LoopLibrary.h"

#include "cache/Folder.h"
#include "cache/Hash.h"
#include "cache/KeptFile.h"
#include "codegen/LoopMaker.h"
#include "codegen/UsualLoops.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/MemoryBuffer.h"

namespace xphi::compiler {
namespace {

constexpr std::string_view loopKind = "loop";

std::string keyOf(const LoopSignature &signature) {
  return "halide " XPHI_HALIDE_VERSION "\nmaker " XPHI_LOOP_FINGERPRINT "\nsignature " +
         signature.key();
}

std::string fileOf(const std::string &key) {
  const Hash128 hash = hash128(key);
  return llvm::utohexstr(hash.high, /*LowerCase=*/true, 16) +
         llvm::utohexstr(hash.low, /*LowerCase=*/true, 16) + ".bc";
}

std::string read(const Folder &folder, const std::string &key) {
  const std::optional<std::string> file = folder.read(fileOf(key), maxKeptBytes);
  const std::optional<KeptFile> kept = file ? decodeKept(*file) : std::nullopt;
  const bool ours = kept && kept->label.kind == loopKind &&
                    kept->label.maker == XPHI_LOOP_FINGERPRINT && kept->label.key == key;
  return ours ? std::string(kept->content) : std::string();
}

// Null, with a reason, unless it is a loop of this signature from end to end.
std::unique_ptr<llvm::Module> parse(std::string_view bitcode, const LoopSignature &signature,
                                    llvm::LLVMContext &context, std::string &why,
                                    bool isOfLibrary = false) {
  auto parsed = parseBitcodeFile(llvm::MemoryBufferRef(llvm::StringRef(bitcode), "loop"), context);
  if (!parsed) {
    why = "the loop's bitcode is not readable: " + toString(parsed.takeError());
    return nullptr;
  }
  llvm::Module &module = **parsed;
  const llvm::Function *loop = module.getFunction(loopName);
  // A GPU's loop takes the user's context first.
  const size_t operands = signature.target.isCuda() + signature.inputs.size() +
                          signature.parameters.size() + signature.outputs.size();
  if (!loop || loop->isDeclaration() || loop->arg_size() != operands ||
      !module.getModuleInlineAsm().empty() || (!isOfLibrary && verifyModule(module))) {
    why = "the loop's bitcode is no loop of " + signature.key();
    return nullptr;
  }
  return std::move(*parsed);
}

} // namespace

LoopLibrary::Bitcode LoopLibrary::knownAs(const std::string &key) {
  const std::lock_guard lock(mutex);
  return known[key];
}

FoundLoop LoopLibrary::find(const LoopSignature &signature, const std::string &folder,
                            llvm::LLVMContext &context) {
  FoundLoop found;
  const auto isReadable = [&](std::string_view bitcode) {
    if (!bitcode.empty())
      found.module = parse(bitcode, signature, context, found.error);
    return found.module != nullptr;
  };
  if (const std::string_view usual = usualLoop(signature.key()); !usual.empty()) {
    found.module = parse(usual, signature, context, found.error, /*isOfLibrary=*/true);
    if (found.module)
      return found;
  }
  // A compile's two threads ask at once.
  if (const Bitcode bitcode = knownAs(signature.key()); bitcode && isReadable(*bitcode))
    return found;

  const std::lock_guard lock(mutex);
  Bitcode &place = known[signature.key()];
  if (place && isReadable(*place)) // made meanwhile
    return found;
  const std::string key = keyOf(signature);
  const Folder opened = Folder::make(folder, Folder::Links::Refused);
  if (std::string kept = read(opened, key); isReadable(kept)) {
    place = std::make_shared<const std::string>(std::move(kept));
    return found;
  }

  Loop made = makeLoop(signature);
  found.error = std::move(made.error);
  if (found.error.empty())
    found.module = parse(made.bitcode, signature, context, found.error);
  if (!found.module)
    return found;
  place = std::make_shared<const std::string>(std::move(made.bitcode));
  opened.publish(fileOf(key), encodeKept(*place, {loopKind, XPHI_LOOP_FINGERPRINT, key}));
  opened.removeAbandoned();
  return found;
}

} // namespace xphi::compiler
