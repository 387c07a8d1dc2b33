// The files of this folder: programs, the codes of their mistakes, and the pictures shown for them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   === X0008: a title                the codes of all errors and warnings, in order
//   x * tahn(x)                       the program
//   --- other.phi                     files it may import, if there are any
//   >>>
//   t.phi:1:5: error: unknown ...     what is printed
//
// In programs {{3*ab}} stands for ababab and {{0x07}} for that byte.
#pragma once

#include "dsl/Frontend.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace xphi::dsl {

struct WrongProgram {
  std::string heading; ///< behind `=== `
  std::string written; ///< up to `>>>`, as it is in the file
  std::string expected;

  std::string codes() const { return heading.substr(0, heading.find(':')); }
  /// Reads the program, with a library of its own.
  ParseResult read() const;
};

std::vector<WrongProgram> readWrongPrograms(const std::filesystem::path &file);
std::string codesOf(const ParseResult &result);

} // namespace xphi::dsl
