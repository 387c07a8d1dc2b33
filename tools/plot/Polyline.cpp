// Douglas and Peucker's reduction, piece by piece.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Polyline.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace xphi::plot {
namespace {

constexpr double kTolerance = 0.1, kLeastJump = 6;

double distance(Pixel p, Pixel from, Pixel to) {
  double dx = to.x - from.x, dy = to.y - from.y;
  return std::abs(dx * (from.y - p.y) - (from.x - p.x) * dy) / std::hypot(dx, dy);
}

void keepNeeded(std::span<const Pixel> line, std::size_t first, std::size_t last,
                std::vector<bool> &kept) {
  std::vector<std::pair<std::size_t, std::size_t>> waiting = {{first, last}};
  while (!waiting.empty()) {
    auto [from, to] = waiting.back();
    waiting.pop_back();
    kept[from] = kept[to] = true;
    std::size_t farthest = from;
    double most = kTolerance;
    for (std::size_t i = from + 1; i < to; ++i)
      if (double d = distance(line[i], line[from], line[to]); d > most)
        most = d, farthest = i;
    if (farthest != from) {
      waiting.push_back({from, farthest});
      waiting.push_back({farthest, to});
    }
  }
}

void append(std::string &path, const std::vector<Pixel> &line) {
  if (line.empty())
    return;
  std::vector<bool> kept(line.size());
  keepNeeded(line, 0, line.size() - 1, kept);
  char command = 'M';
  for (std::size_t i = 0; i < line.size(); ++i)
    if (kept[i]) {
      path += fmt::format("{}{:.1f} {:.1f}", command, line[i].x, line[i].y);
      command = 'L';
    }
}

bool isJump(std::span<const std::optional<Pixel>> points, std::size_t i) {
  auto rise = [&](std::size_t k) {
    return k > 0 && k < points.size() && points[k] && points[k - 1]
               ? std::abs(points[k]->y - points[k - 1]->y)
               : 0;
  };
  return rise(i) > kLeastJump && rise(i) > 8 * rise(i - 1) && rise(i) > 8 * rise(i + 1);
}

} // namespace

std::string pathThrough(std::span<const std::optional<Pixel>> points) {
  std::string path;
  std::vector<Pixel> line;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i] || (i > 0 && isJump(points, i))) {
      append(path, line);
      line.clear();
    }
    if (points[i])
      line.push_back(*points[i]);
  }
  append(path, line);
  return path;
}

} // namespace xphi::plot
