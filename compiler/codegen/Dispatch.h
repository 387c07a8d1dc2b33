// C functions that pick, at their first call, the code for the best of several targets.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_DISPATCH_H
#define XPHI_COMPILER_CODEGEN_DISPATCH_H

#include "abi/Target.h"
#include "codegen/CHeader.h"

#include <string>
#include <vector>

namespace xphi::compiler {

struct DispatchResult {
  std::string object;
  std::string error; ///< empty, or what went wrong
};

/// What the picking functions pick from.
struct Alternative {
  Target target; ///< for a CPU
  std::vector<CFunction> functions;
};

/// An object for any x86-64 that exports `functions`, each of which calls that of the best
/// alternative which the processor runs, and `int NAME_runs_here(void)`, 0 where it runs none of
/// them. NAME is that of the first function. Without constructors, IFUNC or locks: a pointer for
/// each function, which is set by its first call, to the same by all threads. Where the processor
/// runs none, the least one is called. The functions of each alternative are those of `functions`,
/// in order.
DispatchResult dispatch(const std::vector<CFunction> &functions,
                        std::vector<Alternative> alternatives);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_DISPATCH_H
