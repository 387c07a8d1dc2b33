// Whether MLIR's verifier runs after each pass.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_DIALECT_VERIFYPASSES_H
#define XPHI_COMPILER_DIALECT_VERIFYPASSES_H

namespace xphi::compiler {

/// In builds with assertions: it costs more than most passes.
#ifdef NDEBUG
inline constexpr bool verifyPasses = false;
#else
inline constexpr bool verifyPasses = true;
#endif

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_VERIFYPASSES_H
