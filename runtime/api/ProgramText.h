// From what a user passes to compile() to the one text that is compiled and cached.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Kernel.hpp>
#include <xphi/Options.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {

/// What a text was warned of where it is differentiated in a variable, or, without one, anyhow.
struct Warning {
  std::string variable;
  Diagnostic diagnostic;
};

/// A function ready to be compiled: canonical, so that layout and comments do not make another
/// kernel.
struct ProgramText {
  std::string name;
  std::string text; ///< every definition needed, the function itself last
  std::vector<std::string> inputs;
  std::vector<Parameter> parameters;
  std::vector<Warning> warnings;
  bool draws; ///< random bits of elements, by their index in the whole of a call

  bool hasChannels() const { return std::ranges::any_of(parameters, &Parameter::channel); }
};

/// A library name, a bare expression or a program. Errors are the language's, X0001-X0999, all at
/// once.
Result<ProgramText> readProgram(std::string_view what, const CompileOptions &options);

} // namespace xphi
