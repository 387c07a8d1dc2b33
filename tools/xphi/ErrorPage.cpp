// Explanations with their examples, and their pages.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ErrorPage.h"

#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {
namespace {

struct Example {
  dsl::Code code;
  std::string_view text;
};

constexpr Example examples[] = {
#define XPHI_EXAMPLE(NAME, TEXT) {dsl::Code::NAME, TEXT},
#include "ErrorExamples.def"
};

/// The files that examples import.
dsl::ImportedText exampleFile(std::string_view path, std::string_view) {
  dsl::ImportedText file{std::string(path), std::nullopt};
  if (path == "twice.phi")
    file.text = "def twice(x) = 2 * x\n";
  if (path == "itself.phi")
    file.text = "import \"itself.phi\"\ndef g(x) = x\n";
  return file;
}

std::string pictureOf(dsl::Code code) {
  auto example = std::find_if(std::begin(examples), std::end(examples),
                              [code](const Example &row) { return row.code == code; });
  if (example == std::end(examples))
    return "";
  return dsl::analyse({"example.phi", std::string(example->text)}, &lib::library(), exampleFile)
      .render();
}

/// Lines indented by two columns are code.
std::string toMarkdown(std::string_view text) {
  std::string page;
  bool inCode = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    bool isCode = line.starts_with("  ");
    if (isCode != inCode)
      page += isCode ? "\n```\n" : "```\n\n";
    inCode = isCode;
    page += std::string(isCode ? line.substr(2) : line) + "\n";
    at = end + 1;
  }
  return page + (inCode ? "```\n" : "");
}

} // namespace

std::vector<Explanation> explanations() {
  std::vector<Explanation> all;
  for (const dsl::CodeInfo &info : dsl::languageCodes())
    all.push_back({dsl::codeId(info.code), info.title, info.explanation, pictureOf(info.code)});
#define XPHI_CODE(CODE, CLASS, TITLE, TEXT) all.push_back({CODE, TITLE, TEXT, ""});
#include "abi/ErrorCodes.def"
#undef XPHI_CODE
  return all;
}

std::string errorPage(const Explanation &explanation) {
  std::string page = fmt::format("# {}: {}\n\n{}", explanation.code, explanation.title,
                                 toMarkdown(explanation.text));
  if (!explanation.picture.empty())
    page += fmt::format("\n## Example\n\n```\n{}```\n", explanation.picture);
  return page;
}

std::string errorIndex(const std::vector<Explanation> &all) {
  std::string page = "# Error codes\n\nOne page for each code, made by `xphi explain-error --pages "
                     "docs/errors` from the tables that\n`xphi explain-error` reads.\n\n";
  for (const Explanation &explanation : all)
    page += fmt::format("- [{0}]({0}.md): {1}\n", explanation.code, explanation.title);
  return page;
}

} // namespace xphi::command
