// What a product was made from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Depfile.h"

#include "Analysis.h"

#include <set>

namespace xphi::command {
namespace {

/// As a word of a makefile.
std::string escaped(const std::string &path) {
  std::string result;
  for (char each : path) {
    if (each == ' ' || each == '#')
      result += '\\';
    if (each == '$')
      result += '$';
    result += each;
  }
  return result;
}

} // namespace

Result<std::string> depfile(const std::vector<std::string> &products,
                            const std::vector<What> &whats) {
  std::string text;
  for (const std::string &product : products)
    text += (text.empty() ? "" : " ") + escaped(product);
  text += ":";
  std::set<std::string> named;
  const auto add = [&](const std::string &file) {
    if (named.insert(file).second)
      text += " " + escaped(file);
  };
  for (What what : whats) {
    if (what.function == "*")
      what.function.clear();
    const Result<Analysis> analysis = analyse(what);
    if (!analysis)
      return analysis.error();
    if (!what.importRoot.empty())
      add(what.fileName);
    for (const std::string &file : analysis->imported)
      add(file);
  }
  return text + "\n";
}

} // namespace xphi::command
