// An artifact's entries around the C functions of a library, so that these are run like a kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_ENTRIESOFC_H
#define XPHI_COMPILER_CODEGEN_ENTRIESOFC_H

#include <cstddef>
#include <string>

namespace xphi::compiler {

/// How many of each a C function takes (CFunctions.h).
struct CSignature {
  std::size_t inputs, parameters, outputs;
  bool indexed;
};

/// An object with abi/Artifact.h's xphi_forward, and xphi_backward where that is not null. Which
/// functions they call stands in functionTableSymbol, two pointers that are null until then.
std::string entriesOfC(const CSignature &forward, const CSignature *backward);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_ENTRIESOFC_H
