// WHAT on the command line: a library name, an expression, a file, one definition of a file, or
// standard input.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Options.hpp>
#include <xphi/Result.hpp>

#include <string>

namespace xphi::command {

/// What the engine is to be given.
struct What {
  std::string text;
  std::string fileName;   ///< what messages call the text
  std::string function;   ///< the definition asked for; empty: the last one
  std::string label;      ///< what reports call it: the name, or the expression itself
  std::string importRoot; ///< folder that it may import from; empty for what is no file

  /// Options that select this function out of its text.
  CompileOptions options() const;
};

/// The folder that a file may import from, its own; empty for "-", standard input.
std::string importRootOf(const std::string &path);

/// "f.phi" and "f.phi:name" are files, "-" is standard input; everything else is a library name or
/// an expression, which only the language can tell apart. X3001 for a file that cannot be read.
Result<What> readWhat(const std::string &argument);

} // namespace xphi::command
