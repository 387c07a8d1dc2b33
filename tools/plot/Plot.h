// Curves as an SVG picture that reads well on light and on dark backgrounds, with no other file
// needed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

namespace xphi::plot {

struct Curve {
  std::string label;
  std::vector<float> x, y; ///< of one length; a NaN or an infinity interrupts the line
};

struct Plot {
  std::string title;
  std::string caption;       ///< a line below, may be empty
  std::vector<Curve> curves; ///< at most seven are told apart by colour and dash
  double yMin = 0, yMax = 0; ///< equal: from the curves
  std::string description;   ///< for those who cannot see it, may be empty

  /// The whole document, some kilobytes: the same numbers give the same text.
  std::string svg() const;
};

} // namespace xphi::plot
