// The loops made so far, by signature: with the library, in memory, and in a folder for the next
// process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_LOOPLIBRARY_H
#define XPHI_COMPILER_CODEGEN_LOOPLIBRARY_H

#include "codegen/LoopSignature.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace xphi::compiler {

struct FoundLoop {
  std::unique_ptr<llvm::Module> module;
  std::string error; ///< empty, or what went wrong
};

/// Thread-safe.
class LoopLibrary {
public:
  /// The loop of this signature; made if it is not known yet. A file that is missing, not ours,
  /// damaged or of another signature, or cannot be written, only costs time: the rules are those of
  /// cache/Folder.h. `folder` may be empty.
  FoundLoop find(const LoopSignature &signature, const std::string &folder,
                 llvm::LLVMContext &context);

private:
  using Bitcode = std::shared_ptr<const std::string>;
  Bitcode knownAs(const std::string &key);

  std::mutex mutex;
  std::map<std::string, Bitcode> known; ///< that was read once without a complaint, or null
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_LOOPLIBRARY_H
