// The command line before and after CLI11 reads it: expressions that begin with a minus, and help
// with what it does not understand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Result.hpp>

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
class ParseError;
} // namespace CLI

namespace xphi::command {

/// Null where there is none of this name.
const CLI::App *subcommandOf(const CLI::App &app, const std::string &name);
/// "-o" or "--output" of a subcommand, or of one that it stands in: those fall through. Or null.
const CLI::Option *optionOf(const CLI::App *app, const std::string &name);
bool takesValue(const CLI::Option &option);

/// The same arguments without the program's name, those that begin with a minus and are no option
/// (`-x^2`) behind a `--`, where CLI11 takes them for what they are.
std::vector<std::string> expressionsLast(const CLI::App &app, int argc, const char *const *argv);

/// X3004 with the command or option that was meant.
Error usageError(const CLI::App &app, const CLI::ParseError &error,
                 const std::vector<std::string> &arguments);

} // namespace xphi::command
