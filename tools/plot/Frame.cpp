// The page, its colours, its axes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Frame.h"

#include <cmath>
#include <fmt/format.h>

namespace xphi::plot {
namespace {

// Blue and orange, the first two, stay apart for every kind of colour vision; dashes tell curves
// apart in print. Colours are spelt out in classes, not in custom properties, which viewers other
// than browsers do not know.
constexpr std::string_view kStyle = R"(<style>
  text { font: 13px system-ui, sans-serif; fill: #636c76; }
  .title { font-size: 17px; font-weight: 600; fill: #1f2328; }
  .ground { fill: #ffffff; }
  .grid { stroke: #d8dee4; }
  .zero { stroke: #636c76; }
  .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
  .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; } .c3 { stroke: #8250df; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1; }
    .title { fill: #e6edf3; }
    .ground { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .zero { stroke: #9198a1; }
    .c0 { stroke: #58a6ff; } .c1 { stroke: #f0883e; } .c2 { stroke: #3fb950; } .c3 { stroke: #bc8cff; } }
</style>
)";

/// Only where there are so many.
constexpr std::string_view kMoreColours = R"(<style>
  .c4 { stroke: #bf3989; } .c5 { stroke: #1b7c83; } .c6 { stroke: #7d4e00; }
  @media (prefers-color-scheme: dark) {
    .c4 { stroke: #f778ba; } .c5 { stroke: #39c5cf; } .c6 { stroke: #e3b341; } }
</style>
)";

constexpr std::string_view kDashes[kSeries] = {"none", "8 5", "2 5",         "10 4 2 4",
                                               "14 5", "4 4", "12 4 2 4 2 4"};

} // namespace

std::string_view dashes(std::size_t series) { return kDashes[series % kSeries]; }

double Axis::step() const {
  double rough = (high - low) / 6, power = std::pow(10, std::floor(std::log10(rough)));
  for (double factor : {1.0, 2.0, 5.0})
    if (rough <= factor * power)
      return factor * power;
  return 10 * power;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text)
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    default:
      out += c;
    }
  return out;
}

std::string opening(double width, double height, double left, std::string_view title,
                    std::string_view description, std::size_t series) {
  std::string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" "
                                "width=\"{0}\" height=\"{1}\" role=\"img\">\n"
                                "<title>{2}</title>\n",
                                width, height, escaped(title));
  if (!description.empty())
    out += fmt::format("<desc>{}</desc>\n", escaped(description));
  out += kStyle;
  if (series > 4)
    out += kMoreColours;
  out += fmt::format("<rect class=\"ground\" width=\"{}\" height=\"{}\"/>\n", width, height);
  return out +
         fmt::format("<text class=\"title\" x=\"{}\" y=\"28\">{}</text>\n", left, escaped(title));
}

} // namespace xphi::plot
