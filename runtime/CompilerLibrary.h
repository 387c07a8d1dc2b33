// The compiler library, opened when something must be compiled and not a moment before.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Once opened it stays for the life of the process: LLVM's global state cannot be taken down and
// set up again.
#pragma once

#include "ForkGate.h"

#include <xphi/Options.hpp>
#include <xphi/Result.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace xphi {

struct CompileRequest {
  std::string program, symbol, target, emit;
  std::string derivative, gradients; ///< names, separated by commas
  std::string keep;                  ///< "x", "y", "mask" or "nothing"
  std::string templateDirectory;     ///< empty: none
  double seconds;                    ///< Options::compileSeconds
  std::uint64_t megabytes;           ///< Options::compileMegabytes
};

struct CompileReply {
  std::string data;
  std::string timings; ///< a JSON object
};

class CompilerLibrary {
public:
  /// `path` may be empty: beside libxphi.so, then wherever the dynamic loader finds it.
  explicit CompilerLibrary(std::string path) : path(std::move(path)) {}

  /// X2001 without a library, X2003 when it is of another ABI, X2029 in a child that was forked in
  /// the middle of a compile, the compiler's own code when it refuses the program.
  Result<CompileReply> run(const CompileRequest &request);
  Result<std::string> version();

private:
  struct Functions;
  Result<const Functions *> open();

  const std::string path;
  ForkAwareLock lock;
  std::shared_ptr<const Functions> functions; ///< set once, under the lock
};

} // namespace xphi
