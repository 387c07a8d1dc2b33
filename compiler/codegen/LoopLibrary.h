// The loops made so far, by signature: in memory, and in a folder for the next process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_LOOPLIBRARY_H
#define XPHI_COMPILER_CODEGEN_LOOPLIBRARY_H

#include "codegen/LoopMaker.h"

#include <map>

namespace xphi::compiler {

class LoopLibrary {
public:
  /// The loop of this signature; made if it is not known yet. A file that is missing, damaged or
  /// cannot be written only costs time. `folder` may be empty.
  Loop find(const LoopSignature &signature, const std::string &folder);

private:
  std::map<std::string, std::string> known;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_LOOPLIBRARY_H
