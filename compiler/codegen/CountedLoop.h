// Loops of vectors, as those that move work from one iteration to another know them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_COUNTEDLOOP_H
#define XPHI_COMPILER_CODEGEN_COUNTEDLOOP_H

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/IRBuilder.h"

#include <optional>

namespace xphi::compiler {

/// Those that hold no other. A visit leaves blocks and branches as they are.
void visitInnermostLoops(llvm::Module &module,
                         llvm::function_ref<void(llvm::Loop &, const llvm::LoopInfo &)> visit);

/// A loop whose counter, i = 0, 1, … count − 1, is all that one iteration leaves to the next.
struct CountedLoop {
  llvm::PHINode *counter;
  llvm::Value *count;
};
std::optional<CountedLoop> countedLoop(const llvm::Loop &loop);

/// Work without effects that may be done when it is not needed.
bool isPure(const llvm::Instruction &instruction);

/// min(index + turns, last).
llvm::Value *indexAfter(llvm::IRBuilder<> &builder, llvm::Value *index, unsigned turns,
                        llvm::Value *last);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_COUNTEDLOOP_H
