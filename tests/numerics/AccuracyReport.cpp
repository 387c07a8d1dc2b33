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

std::string place(const MeasuredFunction &function, const WorstError &worst) {
  if (worst.ulp == 0)
    return "–";
  std::string text;
  for (const std::vector<float> &column : function.points)
    text += (text.empty() ? "" : ", ") + fmt::format("{}", column[worst.point]);
  return text;
}

/// All of them, and where the worst is.
std::pair<std::string, std::string> derivatives(const MeasuredFunction &function) {
  std::string figures;
  WorstError worst;
  for (const auto &[variable, accuracy] : function.derivatives) {
    figures += (figures.empty() ? "" : ", ") + variable + " " + figure(accuracy.againstTerms);
    if (accuracy.againstTerms.ulp > worst.ulp)
      worst = accuracy.againstTerms;
  }
  return {figures, place(function, worst)};
}

} // namespace

std::string summary(const MeasuredFunction &function) {
  const Accuracy &value = function.value;
  const auto [figures, at] = derivatives(function);
  std::string text = fmt::format(
      "{:<18} value {:>5} at {:<14} subnormal {:>5}   {} at {}", function.name,
      figure(value.regular), place(function, value.regular), figure(value.subnormal), figures, at);
  if (function.second)
    text += "   second " + figure(function.second->againstTerms);
  return text;
}

std::string markdownTable(const std::vector<MeasuredFunction> &functions) {
  std::string table = "| function | value, ulp | at | where subnormal | derivatives, ulp of their "
                      "terms | the worst at | second |\n"
                      "|---|--:|--:|--:|:--|--:|--:|\n";
  for (const MeasuredFunction &function : functions) {
    const Accuracy &value = function.value;
    const auto [figures, at] = derivatives(function);
    table +=
        fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", function.name, figure(value.regular),
                    place(function, value.regular), figure(value.subnormal), figures, at,
                    function.second ? figure(function.second->againstTerms) : "");
  }
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
