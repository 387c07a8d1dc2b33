// What all pictures share: colours, axes, the page around them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

namespace xphi::plot {

/// Series are told apart by colour and dash, and begin again after this many.
constexpr std::size_t kSeries = 7;
std::string_view dashes(std::size_t series);

std::string escaped(std::string_view text);

/// From values to pixels.
struct Axis {
  double low, high, from, to;
  double operator()(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
  /// The distance of grid lines: 1, 2 or 5 times a power of ten, four to ten of them.
  double step() const;
};

/// All that comes before the first axis: size, title, style, ground.
std::string opening(double width, double height, double left, std::string_view title,
                    std::string_view description, std::size_t series);

} // namespace xphi::plot
