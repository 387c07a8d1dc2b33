// Curves as an SVG picture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Plot.h"

#include "plot/Polyline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace xphi::plot {
namespace {

constexpr double kWidth = 720, kHeight = 440;
constexpr double kLeft = 56, kRight = 20, kTop = 58, kBottom = 62;

// Blue and orange stay apart for every kind of colour vision; dashes tell the curves apart in
// print. Colours are spelt out in classes, not in custom properties, which viewers other than
// browsers do not know.
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

constexpr std::string_view kDashes[] = {"none", "8 5", "2 5", "10 4 2 4"};

struct Axis {
  double low, high, from, to;
  double operator()(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }

  /// The distance of grid lines: 1, 2 or 5 times a power of ten, four to ten of them.
  double step() const {
    double rough = (high - low) / 6, power = std::pow(10, std::floor(std::log10(rough)));
    for (double factor : {1.0, 2.0, 5.0})
      if (rough <= factor * power)
        return factor * power;
    return 10 * power;
  }
};

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

/// What lies beyond the frame is drawn a little beyond it, and cut off by it.
std::string path(const Curve &curve, const Axis &xs, const Axis &ys) {
  const double beyond = 0.1 * (ys.high - ys.low);
  std::vector<std::optional<Pixel>> points;
  for (std::size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
    double x = curve.x[i], y = curve.y[i];
    if (std::isfinite(x) && !std::isnan(y))
      points.push_back(Pixel{xs(x), ys(std::clamp(y, ys.low - beyond, ys.high + beyond))});
    else
      points.push_back(std::nullopt);
  }
  return pathThrough(points);
}

void widen(double &low, double &high, const std::vector<float> &values) {
  for (float value : values)
    if (std::isfinite(value)) {
      low = std::min(low, static_cast<double>(value));
      high = std::max(high, static_cast<double>(value));
    }
}

std::string gridLines(const Axis &xs, const Axis &ys) {
  std::string out;
  auto line = [&](bool zero, double x1, double y1, double x2, double y2) {
    out += fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>\n",
                       zero ? "zero" : "grid", x1, y1, x2, y2);
  };
  double dx = xs.step(), dy = ys.step();
  for (long i = std::lround(std::ceil(xs.low / dx)); i * dx <= xs.high + dx * 1e-9; ++i) {
    line(i == 0, xs(i * dx), ys.from, xs(i * dx), ys.to);
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:.6g}</text>\n",
                       xs(i * dx), ys.from + 18, i * dx);
  }
  for (long i = std::lround(std::ceil(ys.low / dy)); i * dy <= ys.high + dy * 1e-9; ++i) {
    line(i == 0, xs.from, ys(i * dy), xs.to, ys(i * dy));
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.6g}</text>\n",
                       xs.from - 8, ys(i * dy) + 4, i * dy);
  }
  return out;
}

} // namespace

std::string Plot::svg() const {
  double xLow = INFINITY, xHigh = -INFINITY, yLow = INFINITY, yHigh = -INFINITY;
  for (const Curve &curve : curves) {
    widen(xLow, xHigh, curve.x);
    widen(yLow, yHigh, curve.y);
  }
  if (!(xLow < xHigh))
    xLow = -1, xHigh = 1;
  if (!(yLow < yHigh))
    yLow = std::isfinite(yLow) ? yLow - 1 : -1, yHigh = yLow + 2;
  double margin = 0.05 * (yHigh - yLow);
  yLow -= margin, yHigh += margin;
  if (yMin < yMax)
    yLow = yMin, yHigh = yMax;

  Axis xs{xLow, xHigh, kLeft, kWidth - kRight}, ys{yLow, yHigh, kHeight - kBottom, kTop};
  std::string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" "
                                "width=\"{0}\" height=\"{1}\" role=\"img\">\n"
                                "<title>{2}</title>\n",
                                kWidth, kHeight, escaped(title));
  if (!description.empty())
    out += fmt::format("<desc>{}</desc>\n", escaped(description));
  out += kStyle;
  out += fmt::format("<rect class=\"ground\" width=\"{}\" height=\"{}\"/>\n", kWidth, kHeight);
  out += fmt::format("<text class=\"title\" x=\"{}\" y=\"28\">{}</text>\n", kLeft, escaped(title));
  out += gridLines(xs, ys);
  out += fmt::format("<clipPath id=\"frame\"><path d=\"M{0} {2}H{1}V{3}H{0}z\"/></clipPath>\n",
                     kLeft, kWidth - kRight, kTop, kHeight - kBottom);
  // The legend stands between title and frame, out of the way of every curve.
  constexpr double legendLine = 40, stroke = 30, gap = 8, perLetter = 7;
  double legend = kLeft;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    std::string style =
        fmt::format("class=\"curve c{}\" stroke-dasharray=\"{}\"", i % 4, kDashes[i % 4]);
    out += fmt::format("<path {} clip-path=\"url(#frame)\" d=\"{}\"/>\n", style,
                       path(curves[i], xs, ys));
    out += fmt::format("<path {} d=\"M{:.1f} {:.1f}h{}\"/>\n"
                       "<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                       style, legend, legendLine + 4, stroke, legend + stroke + gap, legendLine + 8,
                       escaped(curves[i].label));
    legend += stroke + gap + perLetter * static_cast<double>(curves[i].label.size()) + 3 * gap;
  }
  if (!caption.empty())
    out +=
        fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", kLeft, kHeight - 14, escaped(caption));
  return out + "</svg>\n";
}

} // namespace xphi::plot
