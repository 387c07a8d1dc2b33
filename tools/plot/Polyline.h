// The points of a curve as the path of an SVG picture, with as few of them as the eye can tell.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <optional>
#include <span>
#include <string>

namespace xphi::plot {

struct Pixel {
  double x, y;
};

/// In order of x. A missing point interrupts the line, and so does a jump: a step far higher than
/// those before and after it. Points that lie within a tenth of a pixel of the line through others
/// are left out; coordinates have one decimal.
std::string pathThrough(std::span<const std::optional<Pixel>> points);

} // namespace xphi::plot
