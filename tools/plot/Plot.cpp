// Curves as an SVG picture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Plot.h"

#include "plot/Frame.h"
#include "plot/Polyline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace xphi::plot {
namespace {

constexpr double kWidth = 720, kHeight = 440;
constexpr double kLeft = 56, kRight = 20, kTop = 58, kBottom = 62;

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
  std::string out = opening(kWidth, kHeight, kLeft, title, description, curves.size());
  out += gridLines(xs, ys);
  out += fmt::format("<clipPath id=\"frame\"><path d=\"M{0} {2}H{1}V{3}H{0}z\"/></clipPath>\n",
                     kLeft, kWidth - kRight, kTop, kHeight - kBottom);
  // The legend stands between title and frame, out of the way of every curve.
  constexpr double legendLine = 40, stroke = 30, gap = 8, perLetter = 7;
  double legend = kLeft;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    std::string style =
        fmt::format("class=\"curve c{}\" stroke-dasharray=\"{}\"", i % kSeries, dashes(i));
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
