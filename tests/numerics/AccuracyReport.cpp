// One row a function; numbers with two decimals, inputs as short as reads back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/AccuracyReport.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace xphi::numerics {

namespace {

constexpr std::string_view beginMark = "<!-- figures -->\n";
constexpr std::string_view endMark = "<!-- end of figures -->";

std::string figure(const WorstError &worst) {
  return worst.ulp < 1e4 ? fmt::format("{:.2f}", worst.ulp) : fmt::format("{:.1e}", worst.ulp);
}

std::string place(const WorstError &worst) {
  return worst.ulp > 0 ? fmt::format("{}", worst.input) : "–";
}

} // namespace

std::string summary(const MeasuredFunction &function) {
  const auto &[name, value, derivative] = function;
  return fmt::format(
      "{:<13} value {:>5} ulp at {:<14} subnormal {:>5}   derivative {:>5} ulp of its "
      "terms at {:<14} of itself {:>8} at {:<14} subnormal {:>5}",
      name, figure(value.regular), place(value.regular), figure(value.subnormal),
      figure(derivative.againstTerms), place(derivative.againstTerms), figure(derivative.regular),
      place(derivative.regular), figure(derivative.subnormal));
}

std::string markdownTable(const std::vector<MeasuredFunction> &functions) {
  std::string table =
      "| function | value, ulp | at | where subnormal | derivative, ulp of its terms "
      "| at | ulp of itself | at | where subnormal |\n"
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const auto &[name, value, derivative] : functions)
    table +=
        fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", name, figure(value.regular),
                    place(value.regular), figure(value.subnormal), figure(derivative.againstTerms),
                    place(derivative.againstTerms), figure(derivative.regular),
                    place(derivative.regular), figure(derivative.subnormal));
  return table;
}

bool replaceFigures(const std::string &path, const std::string &table) {
  std::ifstream in(path);
  std::stringstream content;
  content << in.rdbuf();
  std::string text = content.str();
  std::size_t begin = text.find(beginMark);
  if (!in || begin == std::string::npos)
    return false;
  begin += beginMark.size();
  const std::size_t end = text.find(endMark, begin);
  if (end == std::string::npos)
    return false;
  text.replace(begin, end - begin, table);
  std::ofstream out(path);
  out << text;
  return static_cast<bool>(out.flush());
}

} // namespace xphi::numerics
