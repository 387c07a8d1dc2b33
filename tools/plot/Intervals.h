// Estimates with their errors, in groups: what is compared lies side by side.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

namespace xphi::plot {

struct Estimate {
  double value = 0, error = 0; ///< drawn as a dot and a line from value - error to value + error
};

struct Group {
  std::string label;
  std::vector<Estimate> estimates; ///< in the order of Intervals::series
};

/// A group below the other, the axis from left to right; for light and dark backgrounds, like Plot.
struct Intervals {
  std::string title, caption;
  std::vector<std::string> series; ///< at most seven are told apart
  std::vector<Group> groups;
  std::string description; ///< for those who cannot see it, may be empty

  /// The whole document. Estimates that are not finite are left out.
  std::string svg() const;
};

} // namespace xphi::plot
