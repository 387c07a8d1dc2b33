// One run of the command: output, mistakes, files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Session.h"

#include "abi/Target.h"
#include "dsl/Limits.h"
#include "dsl/Utf8.h"
#include "dsl/disk/RegularFile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace xphi::command {
namespace {

Json toJson(const Error &error) {
  Json places = Json::array();
  for (const Diagnostic &place : error.diagnostics())
    places.push_back({{"code", place.code},
                      {"message", place.message},
                      {"file", place.file},
                      {"line", place.line},
                      {"column", place.column},
                      {"endLine", place.line},
                      {"endColumn", place.endColumn}});
  return {
      {"error", {{"code", error.code()}, {"message", error.message()}, {"diagnostics", places}}}};
}

/// JSON leaves the controls of C1 and those that turn the direction of a text as they are.
std::string withoutControls(std::string_view document) {
  std::string escaped;
  while (!document.empty()) {
    dsl::DecodedCharacter character = dsl::decodeUtf8(document);
    std::size_t bytes = std::max(character.bytes, 1u);
    if (document[0] != '\n' && dsl::isControl(character.codePoint))
      escaped += fmt::format("\\u{:04x}", static_cast<unsigned>(character.codePoint));
    else
      escaped += document.substr(0, bytes);
    document.remove_prefix(bytes);
  }
  return escaped;
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
  print(withoutControls(document.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n");
}

void Session::say(std::string_view talk) { sayPicture(dsl::printable(talk)); }

void Session::sayPicture(std::string_view picture) {
  std::fwrite(picture.data(), 1, picture.size(), stderr);
  if (!picture.ends_with('\n'))
    std::fputc('\n', stderr);
}

void Session::sayWarnings(const Kernel &kernel) {
  for (const Diagnostic &warning : kernel.warnings()) {
    const std::string place =
        warning.line == 0 ? warning.file
                          : fmt::format("{}:{}:{}", warning.file, warning.line, warning.column);
    say(fmt::format("{}warning: {} [{}]", place.empty() ? "" : place + ": ", warning.message,
                    warning.code));
  }
}

Json infoOf(const Kernel &kernel) {
  return Json::parse(kernel.info(), nullptr, /*allow_exceptions=*/false);
}

Json promiseOf(const Kernel &kernel) {
  const Json info = infoOf(kernel);
  Json promise = info.is_object() ? info.value("promise", Json()) : Json();
  if (promise.is_object() && promise.contains("pieces"))
    for (Json &piece : promise["pieces"])
      piece.erase("fit");
  return promise;
}

bool isForWantOfMachine(const Error &error, const std::string &target) {
  const std::optional<Target> known = Target::parse(target);
  return error.code() == "X2000" || error.code() == "X2005" || (known && known->isCuda());
}

int Session::fail(const Error &error) {
  if (json)
    printJson(toJson(error));
  sayPicture(error.render(colouredMessages()));
  return int(exitClassOf(error.code()));
}

Result<std::string> readText(const std::string &path) {
  constexpr std::size_t limit = dsl::kMaxSourceBytes + 1;
  if (path != "-") {
    dsl::FileContents file = dsl::readRegularFile(path, limit);
    if (!file.bytes)
      return Error(code::unreadableFile, fmt::format("cannot read '{}': {}", path, file.problem));
    return std::move(*file.bytes);
  }
  std::string text(limit, '\0');
  text.resize(std::fread(text.data(), 1, limit, stdin));
  if (std::ferror(stdin))
    return Error(code::unreadableFile,
                 fmt::format("cannot read standard input: {}", std::strerror(errno)));
  return text;
}

} // namespace xphi::command
