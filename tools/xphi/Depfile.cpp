// What a product was made from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Depfile.h"

#include "Analysis.h"

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

Result<std::string> depfile(const std::vector<std::string> &products, const What &what) {
  const Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  std::string text;
  for (const std::string &product : products)
    text += (text.empty() ? "" : " ") + escaped(product);
  text += ":";
  if (!what.importRoot.empty())
    text += " " + escaped(what.fileName);
  for (const std::string &file : analysis->imported)
    text += " " + escaped(file);
  return text + "\n";
}

} // namespace xphi::command
