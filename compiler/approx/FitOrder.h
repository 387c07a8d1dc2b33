// Whether the results of a fit never step back from one float to the next.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last operation of a segment, c₀ + d·q rounded once, goes the way its exact sum goes; so does
// what follows it, a sum with what does not change or a sign. From one float to the next d·q
// changes by the slope times their distance, but q is rounded, and d times what two of its
// roundings differ by may be more than that. It is not where the distance is large beside d, and
// nothing is lost where all powers have one sign: then each sum of Horner's rule, rounded, is
// larger the larger |d| is. Of tⁿc₀ + (tⁿd)·q the same is so: what is rounded before the last sum
// is the second product.
#pragma once

#include "approx/Fit.h"

#include <span>
#include <vector>

namespace xphi::compiler {

/// A segment, or what is on one side of zero of it: for t from low to high, both ≥ 0 or both ≤ 0.
struct SegmentOrder {
  std::span<const float> coefficients;
  float centre;
  double low, high;
  double line = 0;    ///< times t is added, without a rounding of its own
  unsigned power = 0; ///< of t, that all is multiplied by, if it is an ordered product
  /// How often a result that is to rise, or to fall, steps back: 0 if the coefficients show that it
  /// never does, else by a rough count. Rounding t − centre is counted.
  double stepsBack(bool rises) const;

private:
  double stepsBack(double from, double to, bool rises) const;
  bool haveOneSign(bool isBelowCentre) const;
};

/// The same of a segment with these coefficients and this centre, as x rises.
double stepsBack(const Fit &fit, unsigned entry, std::span<const float> coefficients, float centre,
                 bool rises);

/// The floats next to a border of segments, or an end, whose next one has a result on the wrong
/// side.
std::vector<float> stepsBackAtBorders(const Fit &fit, bool rises);

/// Whether the segments, and the floats on both sides of their borders, show that no result between
/// the ends of the table, or beyond one where the function has settled, lies on the wrong side of
/// the one before. Of a fit of floats.
bool keepsOrder(const Fit &fit);

} // namespace xphi::compiler
