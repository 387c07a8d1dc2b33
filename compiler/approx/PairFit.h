// Fits whose results are pairs of floats: near enough to round once, to the nearest float.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of p = c₀ + c₁d + …, d = t − centre exact, the coefficients of the lowest powers have a second
// float each, and so have the sums from there on: a product's rounding error is an fma's, that of
// a sum is what Dekker found. For that the first floats are multiples of the last place of what is
// added to them (Boldo, Graillat, Muller: On the Robustness of the 2Sum and Fast2Sum Algorithms);
// what they lack the second ones have. Where a sum stays between half and twice its coefficient in
// every segment, product and sum are one fma, and what that loses another. The higher powers are
// floats alone, since dᵏ makes little of their roundings. What a pair may be off is known for each
// segment, so a lane tells by itself whether its pair rounds to one float only.
#pragma once

#include "approx/Fit.h"
#include "approx/SegmentFit.h"
#include "approx/TaylorModel.h"

#include <optional>
#include <utility>
#include <vector>

namespace xphi::compiler {

/// A segment of which the models are made.
struct PairSegment {
  TaylorModel model;
  std::optional<Zero> zero;
};

/// The number that is next and has few bits, so that multiples are floats and differences from them
/// exact.
float fewBits(double step);

/// A number as the sum of two floats.
std::optional<std::pair<float, float>> pairOf(const std::optional<reference::ArbBall> &number);

/// What tⁿp may be off, as a part of it: for common data, and anywhere. A float's neighbours are
/// 2^-24 to 2^-23 of it apart: with the first, for most data, one vector of 16 lanes in a hundred
/// has one in doubt; with the second, where data is rare, every other.
struct PairTolerance {
  double mean = 0x1p-36, most = 0x1p-30;
  unsigned mostDegree = 16;
  bool isOfSum = false;  ///< what is small counts less
  double cutOff = 0.125; ///< what part of it the highest powers may be that are left out
};

/// Fills what Fit says of pairs, for its form, ranges and segments. False where no degree and no
/// number of pairs is enough.
bool fillWithPairs(Fit &fit, const std::vector<PairSegment> &segments,
                   const PairTolerance &tolerance = {});

/// Whether it is seen of one segment that the table will not be filled.
bool isHopeless(Fit &fit, const PairSegment &segment, const PairTolerance &tolerance);

/// Of two tables of pairs keeps the one that costs less.
void takeCheaper(std::optional<Fit> &best, std::optional<Fit> found);

/// Of a term of a sum: what it may be off for common data and anywhere, as a part of it; what a
/// function beyond an end may still change by, and what may be left of the identity of a form, in
/// 2^-24 of it.
struct TermTolerance {
  double mean, most, settledTo, identity;
  unsigned mostDegree; ///< of a table for one float
};
/// For its table, which is filled as others are.
PairTolerance ofTable(const TermTolerance &tolerance);
/// Bounds on the errors of a term whose table is filled, when it is known what stands beyond the
/// ends.
void boundTerm(Fit &fit, const std::vector<PairSegment> &segments, const TermTolerance &tolerance);

} // namespace xphi::compiler
