// Searches for the fits that are a part of the compiler library, and writes them as rows of a table
// in C++.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: xphi-usual-fits SEARCHES FILE, where a line of SEARCHES has the words of FitLimits and a
// text, in which "\n" stands for the end of a line
#include "approx/FitSearches.h"
#include "approx/FitWords.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace xphi::compiler {
namespace {

std::string withLines(std::string text) {
  for (std::size_t at = 0; (at = text.find("\\n", at)) != text.npos; ++at)
    text.replace(at, 2, "\n");
  return text;
}

std::string raw(const std::string &text) { return "R\"xphi(" + text + ")xphi\"sv"; }

} // namespace
} // namespace xphi::compiler

int main(int argc, char **argv) {
  using namespace xphi::compiler;
  if (argc != 3)
    return std::fputs("usage: xphi-usual-fits SEARCHES FILE\n", stderr), 2;
  std::ifstream searches(argv[1]);
  if (!searches)
    return std::fprintf(stderr, "xphi-usual-fits: %s cannot be read\n", argv[1]), 1;
  FitSearches made;
  std::map<std::string, std::string> rows;
  for (std::string line; std::getline(searches, line);) {
    std::string_view rest = line;
    const std::optional<FitLimits> limits = limitsOfWords(rest);
    if (!limits || rest.empty())
      return std::fprintf(stderr, "xphi-usual-fits: no search: %s\n", line.c_str()), 1;
    const std::string text = withLines(std::string(rest));
    rows[wordsOf(*limits) + " " + text] = wordsOf(made.find(text, *limits));
  }
  std::string table;
  for (const auto &[search, found] : rows)
    table += "{" + raw(search) + ",\n " + raw(found) + "},\n";
  std::ofstream file(argv[2], std::ios::binary);
  file << table;
  if (!file.flush())
    return std::fprintf(stderr, "xphi-usual-fits: %s cannot be written\n", argv[2]), 1;
}
