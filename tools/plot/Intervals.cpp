// Draws groups of estimates.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Intervals.h"

#include "plot/Frame.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace xphi::plot {
namespace {

constexpr double kWidth = 720, kLeft = 180, kRight = 24, kTop = 62, kBottom = 56;
constexpr double kLine = 11, kGap = 14;

bool isDrawn(const Estimate &estimate) {
  return std::isfinite(estimate.value) && std::isfinite(estimate.error);
}

} // namespace

std::string Intervals::svg() const {
  double low = 0, high = 0;
  for (const Group &group : groups)
    for (const Estimate &each : group.estimates)
      if (isDrawn(each)) {
        low = std::min(low, each.value - each.error);
        high = std::max(high, each.value + each.error);
      }
  if (!(low < high))
    low = -1, high = 1;
  const double margin = 0.04 * (high - low);
  const Axis xs{low - margin, high + margin, kLeft, kWidth - kRight};
  const double each = kLine * static_cast<double>(series.size()) + kGap;
  const double end = kTop + each * static_cast<double>(groups.size()), height = end + kBottom;

  std::string out = opening(kWidth, height, kGap, title, description, series.size());
  const double step = xs.step();
  for (long i = std::lround(std::ceil(xs.low / step)); i * step <= xs.high; ++i)
    out += fmt::format("<path class=\"{}\" d=\"M{:.1f} {}V{}\"/>\n"
                       "<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{:.6g}</text>\n",
                       i == 0 ? "zero" : "grid", xs(i * step), kTop, end, xs(i * step), end + 18,
                       i * step);
  double legend = kGap;
  for (std::size_t i = 0; i < series.size(); ++i) {
    out += fmt::format("<path class=\"curve c{}\" d=\"M{:.1f} 44h20\"/>\n"
                       "<text x=\"{:.1f}\" y=\"48\">{}</text>\n",
                       i % kSeries, legend, legend + 26, escaped(series[i]));
    legend += 50 + 7 * static_cast<double>(series[i].size());
  }
  double y = kTop + kGap;
  for (const Group &group : groups) {
    out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 10,
                       y + (each - kGap) / 2, escaped(group.label));
    for (std::size_t i = 0; i < group.estimates.size(); ++i) {
      const Estimate &estimate = group.estimates[i];
      const double line = y + kLine * static_cast<double>(i);
      if (isDrawn(estimate))
        out += fmt::format(
            "<path class=\"curve c{0}\" d=\"M{1:.1f} {2:.1f}H{3:.1f}\"/>\n"
            "<path class=\"curve c{0}\" style=\"stroke-width: 8\" d=\"M{4:.1f} {2:.1f}h0\"/>\n",
            i % kSeries, xs(estimate.value - estimate.error), line,
            xs(estimate.value + estimate.error), xs(estimate.value));
    }
    y += each;
  }
  if (!caption.empty())
    out +=
        fmt::format("<text x=\"{}\" y=\"{:.1f}\">{}</text>\n", kGap, height - 14, escaped(caption));
  return out + "</svg>\n";
}

} // namespace xphi::plot
