// WHAT on the command line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "What.h"

#include "Session.h"

#include <filesystem>

namespace xphi::command {

CompileOptions What::options() const {
  CompileOptions options;
  options.function = function;
  options.fileName = fileName;
  options.importRoot = importRoot;
  return options;
}

std::string importRootOf(const std::string &path) {
  if (path == "-")
    return "";
  std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Result<What> readWhat(const std::string &argument) {
  constexpr std::string_view suffix = ".phi";
  std::string path = argument, function;
  // A definition's name holds no dot and no slash, so the last ".phi:" ends the path.
  if (std::size_t colon = argument.rfind(".phi:"); colon != std::string::npos) {
    path = argument.substr(0, colon + suffix.size());
    function = argument.substr(colon + suffix.size() + 1);
  }
  if (argument != "-" && !path.ends_with(suffix))
    return What{argument, "<expression>", "", argument, ""};

  Result<std::string> text = readText(path);
  if (!text)
    return text.error();
  std::string name = path == "-" ? "<stdin>" : path;
  std::string label = !function.empty() ? function
                      : path == "-"     ? name
                                        : std::filesystem::path(path).stem().string();
  return What{std::move(*text), name, function, label, importRootOf(path)};
}

} // namespace xphi::command
