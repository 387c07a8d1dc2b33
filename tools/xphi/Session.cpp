// One run of the command: output, mistakes, files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Session.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace xphi::command {
namespace {

/// Codes whose exit code differs from what their thousand stands for.
constexpr std::pair<std::string_view, ExitCode> kExceptions[] = {
    {"X1000", Internal},        {"X1003", Internal}, // the compiler's own invariants
    {"X1004", Environment},                          // no memory to link in
    {"X1002", Usage},           {"X1005", Usage},    // a target or product it lacks
    {"X1006", Environment},                          // libraries of two versions
    {"X2004", Usage},                                // no such target
    {"X2008", Wrong},                                // no such definition
    {"X2013", Usage},                                // no such parameter
    {"X2024", Usage},           {"X2025", Usage},
    {"X2027", Usage}, // variables, channels, orders
    {"X2099", Internal},        {code::badNumber, Usage},
    {code::badOption, Usage},   {code::shapesDiffer, Usage},
    {code::unknownCode, Usage},
};

ExitCode exitCodeOf(std::string_view code) {
  for (auto [exception, exitCode] : kExceptions)
    if (code == exception)
      return exitCode;
  return code.starts_with("X0") || code.starts_with("X1") ? Wrong : Environment;
}

Json toJson(const Error &error) {
  Json places = Json::array();
  for (const Diagnostic &place : error.diagnostics())
    places.push_back({{"code", place.code},
                      {"message", place.message},
                      {"file", place.file},
                      {"line", place.line},
                      {"column", place.column},
                      {"end_column", place.endColumn}});
  return {
      {"error", {{"code", error.code()}, {"message", error.message()}, {"diagnostics", places}}}};
}

} // namespace

Engine &Session::engine() {
  if (!made)
    made = std::make_unique<Engine>();
  return *made;
}

bool Session::colouredMessages() const {
  if (colour != "auto")
    return colour == "always";
  const char *noColour = std::getenv("NO_COLOR");
  return (!noColour || !*noColour) && isatty(STDERR_FILENO);
}

void Session::print(std::string_view product) {
  std::fwrite(product.data(), 1, product.size(), stdout);
}

void Session::printJson(const Json &document) {
  // Source text may hold bytes that are not UTF-8; they become U+FFFD instead of an exception.
  print(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void Session::say(std::string_view talk) {
  std::fwrite(talk.data(), 1, talk.size(), stderr);
  if (!talk.ends_with('\n'))
    std::fputc('\n', stderr);
}

void Session::sayWarnings(const Kernel &kernel) {
  for (const Diagnostic &warning : kernel.warnings())
    say(fmt::format("{}warning: {} [{}]",
                    warning.line == 0
                        ? ""
                        : fmt::format("{}:{}:{}: ", warning.file, warning.line, warning.column),
                    warning.message, warning.code));
}

int Session::fail(const Error &error) {
  if (json)
    printJson(toJson(error));
  say(error.render(colouredMessages()));
  return exitCodeOf(error.code());
}

Result<std::string> readFile(const std::string &path) {
  std::FILE *file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  std::string contents;
  bool failed = !file;
  if (file) {
    char block[65536];
    for (std::size_t got; (got = std::fread(block, 1, sizeof block, file)) > 0;)
      contents.append(block, got);
    failed = std::ferror(file);
  }
  int reason = errno;
  if (file && file != stdin)
    std::fclose(file);
  if (failed)
    return Error(code::unreadableFile,
                 fmt::format("cannot read '{}': {}", path, std::strerror(reason)));
  return contents;
}

Status writeFile(const std::string &path, std::string_view contents) {
  // A device or a pipe cannot be replaced by a rename; it is written directly.
  std::error_code ignored;
  auto kind = std::filesystem::status(path, ignored).type();
  bool direct =
      kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::regular;
  std::string draft = direct ? path : fmt::format("{}.{}.part", path, getpid());
  std::FILE *file = std::fopen(draft.c_str(), "wb");
  bool written = file && std::fwrite(contents.data(), 1, contents.size(), file) == contents.size();
  int reason = errno;
  if (file && std::fclose(file) != 0)
    written = false, reason = errno;
  if (written && !direct && std::rename(draft.c_str(), path.c_str()) != 0)
    written = false, reason = errno;
  if (written)
    return {};
  if (!direct)
    std::remove(draft.c_str());
  return Error(code::unwritableFile,
               fmt::format("cannot write '{}': {}", path, std::strerror(reason)));
}

} // namespace xphi::command
