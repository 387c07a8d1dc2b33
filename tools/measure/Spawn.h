// Runs a program to its end and gives back what it printed: for everything that must happen in a
// fresh process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace xphi::measure {

struct Finished {
  int exitCode = 0; ///< 128 + signal for a process that was killed
  std::string output;
  double milliseconds = 0; ///< from before its start to after its end
};

/// Standard output is captured; standard error and the environment are the caller's. Empty if it
/// could not be started.
std::optional<Finished> runToEnd(const std::vector<std::string> &commandLine);

/// The path of the running program.
std::string ownExecutable();

} // namespace xphi::measure
