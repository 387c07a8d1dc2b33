// One run of the command: the options every subcommand has, the engine, and how results and
// mistakes leave it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products go to standard output, everything said about them to standard error. With --json
// standard output is one JSON document, also when something failed.
#pragma once

#include "abi/ErrorCodes.h"

#include <nlohmann/json.hpp>
#include <xphi/xphi.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace xphi::command {

using Json = nlohmann::ordered_json;

/// What scripts may rely on.
enum ExitCode : int {
  Done = 0,
  Wrong = int(ExitClass::Wrong),
  Usage = int(ExitClass::Usage),
  Environment = int(ExitClass::Environment),
  Internal = int(ExitClass::Internal),
};

/// The command's own codes.
namespace code {
inline constexpr const char *unreadableFile = "X3001";
inline constexpr const char *unwritableFile = "X3002";
inline constexpr const char *numberOutOfRange = "X0023"; ///< as in a program's text
inline constexpr const char *badNumber = "X3003";
inline constexpr const char *badOption = "X3004";
inline constexpr const char *badArray = "X3005";
inline constexpr const char *shapesDiffer = "X3006";
inline constexpr const char *unknownCode = "X3007";
} // namespace code

class Session {
public:
  bool json = false;
  std::string colour = "auto"; ///< of --color
  int exitCode = Done;

  /// Made when first asked for, with the environment's options.
  Engine &engine();

  /// Whether messages to standard error are coloured.
  bool colouredMessages() const;

  void print(std::string_view product);
  void printJson(const Json &document);
  /// Control characters in it, whoever brought them along, are spelled out.
  void say(std::string_view talk);
  /// What is rendered already, perhaps with colours.
  void sayPicture(std::string_view picture);

  /// A line for each of the kernel's warnings.
  void sayWarnings(const Kernel &kernel);
  /// Shows the error and returns the exit code that its code stands for.
  int fail(const Error &error);

private:
  std::unique_ptr<Engine> made;
};

/// What the kernel's artifact says of itself.
Json infoOf(const Kernel &kernel);
/// The certificate, without the tables of fits: {"unit", "bound", "method", "points", "kept",
/// "worst", ...}.
Json promiseOf(const Kernel &kernel);
/// Whether a kernel for this target was not made because nothing here could run it, and so could
/// check it. Any other failure is one.
bool isForWantOfMachine(const Error &error, const std::string &target);

/// A program's text or X3001; "-" is standard input. Of what is longer than a program may be only
/// so much is read that the language complains.
Result<std::string> readText(const std::string &path);

} // namespace xphi::command
