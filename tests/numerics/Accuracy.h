// Results against the truth: the worst error of each kind, and special values that are wrong.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/Oracle.h"
#include "compiler/truth/PartialOracle.h"

#include <span>
#include <string>
#include <vector>

namespace xphi::numerics {

/// The oracle's answers at these points, in their order. Uses every processor.
std::vector<reference::Answer> answersAt(const reference::Oracle &oracle,
                                         std::span<const float> points);

struct WorstError {
  double ulp = 0;
  float input = 0; ///< the first one
  float result = 0;
  std::size_t point = 0; ///< its position
};

struct Accuracy {
  /// In ulp of the true result, where that is a normal float or zero.
  WorstError regular;
  /// In units of 2^-149, where the true result is subnormal.
  WorstError subnormal;
  /// In ulp of the larger of the true result and the largest term it sums, everywhere; for a value,
  /// which is not held to be a sum, the larger of the two above.
  WorstError againstTerms;
  /// Points where NaN, an infinity, the limit there or the sign of a zero is wrong, each as a
  /// sentence; at most ten, and how many more there were.
  std::vector<std::string> faults;
};

/// `results`: what the code under test computes for the k-th derivative at these points.
///
/// At +-0, a result of zero has the sign of the function just beside it: that of f at the smallest
/// subnormal on the same side, as the oracle sees it; either sign, where f vanishes there too, or
/// jumps.
Accuracy measure(const reference::Oracle &oracle, int k, std::span<const float> points,
                 std::span<const float> results, std::span<const reference::Answer> answers);

/// One column of floats for each input, all of one length.
using Columns = std::vector<std::vector<float>>;

/// The oracle's answers at points of several inputs. Uses every processor.
std::vector<reference::PartialAnswer> answersAt(const reference::PartialOracle &oracle,
                                                const Columns &points,
                                                std::span<const double> parameters);

enum class ZeroSigns { Count, Ignore };

/// The same for one number of each answer. Signs of zeros can count only where there is one input,
/// and among the points the smallest floats on both sides of zero.
Accuracy measure(const Columns &points, std::span<const float> results,
                 std::span<const reference::Entry> truths, ZeroSigns signs);

} // namespace xphi::numerics
