// The command line before and after CLI11 reads it: expressions that begin with a minus, and help
// with what it does not understand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Result.hpp>

#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace xphi::command {

/// The same arguments without the program's name, those that begin with a minus and are no option
/// (`-x^2`) behind a `--`, where CLI11 takes them for what they are.
std::vector<std::string> expressionsLast(const CLI::App &app, int argc, const char *const *argv);

/// X3004 with the command or option that was meant.
Error usageError(const CLI::App &app, const CLI::ParseError &error,
                 const std::vector<std::string> &arguments);

} // namespace xphi::command
