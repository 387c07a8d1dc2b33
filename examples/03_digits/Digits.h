// Handwritten digits: scikit-learn's bundled set of 1797 images, read from digits.csv.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <Eigen/Core>

#include <string>
#include <vector>

namespace digits {

/// One row an image or, in a network, one row an example of the batch.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Dataset {
  Matrix images; ///< 64 columns, 0 to 1
  std::vector<int> labels;
};

struct Split {
  Dataset training, test; ///< every fifth image is held out
};

/// Empty sets if the file is missing or damaged.
Split readDigits(const std::string &path);

} // namespace digits
