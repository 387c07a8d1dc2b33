// Reads the handwritten digits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Digits.h"

#include <fstream>

namespace digits {
namespace {

constexpr int kPixels = 64;

/// 0-9, a-g stand for 0 to 16.
float brightness(char c) { return static_cast<float>(c <= '9' ? c - '0' : c - 'a' + 10) / 16; }

Dataset pack(const std::vector<std::string> &lines) {
  Dataset set{Matrix(lines.size(), kPixels), {}};
  for (std::size_t row = 0; row < lines.size(); ++row) {
    for (int pixel = 0; pixel < kPixels; ++pixel)
      set.images(static_cast<Eigen::Index>(row), pixel) = brightness(lines[row][pixel]);
    set.labels.push_back(lines[row][kPixels + 1] - '0');
  }
  return set;
}

} // namespace

Split readDigits(const std::string &path) {
  std::ifstream file(path);
  std::vector<std::string> training, test;
  int count = 0;
  for (std::string line; std::getline(file, line);)
    if (line.size() == kPixels + 2 && line[0] != '#')
      (count++ % 5 == 4 ? test : training).push_back(line);
  return {pack(training), pack(test)};
}

} // namespace digits
