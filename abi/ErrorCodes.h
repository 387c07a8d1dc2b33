// What an error with a code is about, which a command says by its exit code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string_view>

namespace xphi {

enum class ExitClass : int {
  Wrong = 1,       ///< the program, or a promise about it
  Usage = 2,       ///< how it was asked for
  Environment = 3, ///< a file, this machine, a missing library
  Internal = 70,   ///< our bug
};

/// Of a code of any part; the language's are all Wrong, and a code of no table is our bug.
constexpr ExitClass exitClassOf(std::string_view code) {
  struct Row {
    std::string_view code;
    ExitClass exitClass;
  };
  constexpr Row rows[] = {
#define XPHI_CODE(code, exitClass, title, explanation) {code, ExitClass::exitClass},
#include "ErrorCodes.def"
#undef XPHI_CODE
  };
  for (const Row &row : rows)
    if (row.code == code)
      return row.exitClass;
  return code.starts_with("X0") ? ExitClass::Wrong : ExitClass::Internal;
}

} // namespace xphi
