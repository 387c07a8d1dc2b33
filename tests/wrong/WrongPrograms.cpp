// Reading files of wrong programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "WrongPrograms.h"

#include <fstream>

namespace xphi::dsl {
namespace {

constexpr LibraryFile libraryFiles[] = {
    {"gelu", "def gelu(x) = x * Phi(x)"},
    {"silu", "def silu(x) = x * sigmoid(x)"},
    {"relu", "def relu(x) = max(x, 0)"},
    {"elu", "def elu(x; alpha = 1) = if x > 0 then x else alpha * expm1(x)"},
    {"swiglu", "def swiglu(gate, value) = silu(gate) * value"},
    {"clipped", "def clipped(x; low = -1, high = 1) = clamp(x, low, high)"}};

/// {{3*ab}} and {{0x07}}.
std::string expand(std::string_view written) {
  std::string text;
  for (size_t at = 0; at < written.size();) {
    size_t close = written.find("}}", at);
    if (!written.substr(at).starts_with("{{") || close == std::string_view::npos) {
      text += written[at++];
      continue;
    }
    std::string inside(written.substr(at + 2, close - at - 2));
    size_t used = 0;
    unsigned long number = std::stoul(inside, &used, 0);
    if (used == inside.size())
      text += static_cast<char>(number);
    for (unsigned long i = 0; used < inside.size() && i < number; ++i)
      text += inside.substr(used + 1);
    at = close + 2;
  }
  return text;
}

std::string withoutLastBreak(std::string text) {
  if (text.ends_with('\n'))
    text.pop_back();
  return text;
}

} // namespace

std::vector<WrongProgram> readWrongPrograms(const std::filesystem::path &file) {
  std::vector<WrongProgram> all;
  std::ifstream stream(file);
  std::string *part = nullptr;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("=== ")) {
      all.push_back({line.substr(4), "", ""});
      part = &all.back().written;
    } else if (line == ">>>" && part) {
      part = &all.back().expected;
    } else if (part) {
      *part += line + "\n";
    }
  }
  for (WrongProgram &program : all)
    while (program.expected.ends_with("\n\n"))
      program.expected.pop_back();
  return all;
}

ParseResult WrongProgram::read() const {
  static const Library library(libraryFiles);
  std::map<std::string, std::string, std::less<>> files;
  std::string name = "t.phi";
  for (size_t at = 0; at < written.size();) {
    size_t end = written.find('\n', at);
    std::string line = written.substr(at, end - at);
    if (line.starts_with("--- "))
      name = line.substr(4);
    else
      files[name] += line + "\n";
    at = end + 1;
  }
  for (auto &[ignored, text] : files)
    text = expand(withoutLastBreak(text));
  return analyse({"t.phi", files["t.phi"]}, &library, [&](std::string_view path, auto) {
    auto file = files.find(path);
    return ImportedText{std::string(path),
                        file == files.end() ? std::nullopt : std::optional(file->second)};
  });
}

std::string codesOf(const ParseResult &result) {
  std::string codes;
  for (const Diagnostic &diagnostic : result.diagnostics)
    codes += (codes.empty() ? "" : " ") + codeId(diagnostic.code);
  return codes;
}

} // namespace xphi::dsl
