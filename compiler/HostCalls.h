// What stands between the compiler and the process it runs in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM and lld were written for commands, which own their process: they install signal handlers,
// and end it when memory is short or something is wrong inside. Here they are guests. The linker
// sends those calls to HostCalls.cpp (--wrap, compiler/CMakeLists.txt). On a compile's thread,
//   handlers, alternate stacks, limits and the working folder are left as the host has them, and
//   nothing of the library is destroyed when the process ends;
//   what would end the process throws CompileStopped instead;
//   allocations are counted and stop a compile that is far beyond its budget;
//   locks and static initialisations under way are remembered, because LLVM is built without
//   exceptions and none of its frames would give them back.
#ifndef XPHI_COMPILER_HOSTCALLS_H
#define XPHI_COMPILER_HOSTCALLS_H

#include <string>

namespace xphi::compiler {

/// Leaves a compile from anywhere inside LLVM. `code` as in Product; what the compile held in
/// memory is not freed.
struct CompileStopped {
  std::string code, message;
};

/// On a compile's thread: leaves it as another of its threads was left.
[[noreturn]] void stopAsWell(CompileStopped stopped);

/// Gives back what this thread, which was stopped, had locked.
void giveBackLocks();

/// Marks the calling thread as a compile's while it lives.
class CompileThreadMark {
public:
  CompileThreadMark();
  /// Gives back what a compile that was stopped had locked.
  ~CompileThreadMark();
};

/// To be asked first on a new thread: whether there is memory for its thread-local variables. Where
/// they do not fit, the dynamic loader ends the process.
bool hasMemoryForThread();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_HOSTCALLS_H
