// Labelled examples in three parts that share nothing: training, validation, test.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Activation.h"

#include <cstdint>
#include <filesystem>

namespace paper {

struct Part {
  std::vector<std::uint32_t> starts; ///< where each example begins
  std::vector<std::uint8_t> labels;  ///< its class
};

/// Examples are windows of a long row of numbers, which may overlap; or of symbols, each of which
/// is as many inputs as the alphabet has letters, one of them 1.
struct Dataset {
  std::vector<float> numbers;
  std::vector<std::uint8_t> symbols;
  int alphabet = 0; ///< 0: numbers
  int window = 0, classes = 0;
  Part training, validation, test;
  std::string about;     ///< origin, licence, split; what it is and is not
  std::uint32_t sum = 0; ///< a checksum of all of it
  // What needs no learning, as errors on the test: the most frequent class, and something simple;
  // and the squared error of the mean example.
  double majority = 0, simple = 0, meanError = 0;
  std::string simpleIs;

  int inputs() const { return alphabet ? alphabet * window : window; }
  /// One row for each of `which`.
  void fill(const Part &part, std::span<const std::uint32_t> which, Matrix<float> &x) const;
};

/// What prepare.py wrote. P0001 if it is not there, or damaged.
Dataset readDataset(const std::filesystem::path &path);
/// The written digits of 8 x 8 pixels in this repository. P0001 likewise.
Dataset readDigits(const std::filesystem::path &csv);

} // namespace paper
