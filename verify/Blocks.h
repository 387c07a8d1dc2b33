// Some thousand neighbouring floats at a time, a vector of them in one operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Pieces.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace xphi::verify {

/// Of a block at most; blocks are of a multiple of `lanes`.
inline constexpr std::size_t blockSize = 2048, lanes = 8;

/// What the truth is at the floats of a block. One more stands before the first.
struct TrueBlock {
  alignas(64) double value[blockSize];
  /// The floats next to the ends of what it may be; where they are one, so is the float next to it.
  alignas(64) float low[lanes + blockSize], high[lanes + blockSize];
};

struct TrueSteps {
  std::int64_t up = 0, down = 0; ///< that are certain, from one float next to the truth to another
};

/// Fills what follows the first `lanes`, of n floats x; low[lanes − 1] and high[lanes − 1] are of
/// the float before x[0].
TrueSteps fill(TrueBlock &block, const Piece &piece, const float *x, std::size_t n);

/// In what errors are counted: ulp, or 2^-24 of the truth; of smaller ones than `least` as if they
/// were as large.
struct Scale {
  bool isRelative = false;
  double least = 0x1p-126;
};

struct BlockTally {
  double worst = 0;         ///< error; infinite where there is no number
  double worstAbsolute = 0; ///< in no unit, and without those
  std::int64_t nearest = 0, ///< of those that are the float next to the truth for certain
      wrong = 0,            ///< and that are not
      doubtful = 0,         ///< of which the truth is not known well enough; not among `worst`
      up = 0, down = 0;     ///< steps of what was got
  /// Of what was got, and of the floats next to the truth.
  float most = -HUGE_VALF, least = HUGE_VALF, mostTrue = -HUGE_VALF, leastTrue = HUGE_VALF;
};

/// got[-1] is of the float before.
BlockTally compare(const TrueBlock &block, double error, const float *got, std::size_t n,
                   const Scale &scale = {});

/// As there, of one. Negative where it is in doubt.
double errorOf(double truth, double bound, float got, const Scale &scale = {});

} // namespace xphi::verify
