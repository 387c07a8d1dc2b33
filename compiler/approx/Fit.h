// A smooth function of one number as one table of polynomials: what a fit is, and how it is found.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With t = |x| (or x itself, for TwoSided), cut into segments of width `step` around k·step, every
// form evaluates p = c₀ + c₁d + …, d = t − centre, with the centre and coefficients of segment k:
//
//   Ramp      max(x, 0) + tⁿp      where f(x) − f(−x) = x and f is smaller on the left: gelu,
//   softplus Fall      min(x, 0) + tⁿp      the same, smaller on the right: logsigmoid Reflect   p,
//   or sum − p for x > 0      where f(x) + f(−x) = sum: sigmoid, the slopes of ramps Odd x·tⁿ⁻¹p
//   Even      tⁿp
//   TwoSided  xⁿp, one row of segments across zero
//   Halves    tⁿp, a half of the table for each side: for a corner at zero
//   LeftOfLine  tⁿp for x ≤ 0, and c·xⁿ for x > 0, of pairs
//
// n is the order of the zero at 0, so that the relative error is kept there. Beyond the last
// segments a function may have settled: t is held at the end of the table. Where it has not, the
// lane is left to the exact evaluation.
//
// A centre may be any float near its segment. Where f has a zero away from 0, it is the float next
// to the zero: then c₀ is small and the relative error is kept there, too. Elsewhere it is one at
// which f is all but a float.
//
// Of a function that rises, or falls, results do so from float to float where that can be had: what
// is added last is exact, and larger than the rest. So a ramp adds d·q to the ramp and
// then c₀, and an odd function of order 1 has the table of f itself, with its sign put on; next
// to zero a line is exact (`slope`). Else, with n > 0, the product tⁿc₀ comes last
// (`isOrderedProduct`). FitOrder.h tells whether that is enough.
//
// The bound on the error is derived, not sampled: Taylor models over Arb enclose the function on
// each segment, the difference of two polynomials is bounded by the sum of its Chebyshev
// coefficients, and each rounding of the very operations is added (Higham, Accuracy and Stability
// of Numerical Algorithms, 5.1).
//
// A fit of a pair takes x as the sum of a float and a low part of at most half a unit in its last
// place: of `beta * x`, `x + b` and the like. The low part is added to d, to what p is multiplied
// by where n = 1, and to the ramp; beyond the ends of the table it is left out. Next to a zero away
// from 0 a pair may lie closer to it than any float: there the lane is left to the exact
// evaluation.
#pragma once

#include "dsl/Ast.h"

#include <xphi/ElementType.hpp>

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace xphi::compiler {

/// What is nearer to a zero away from 0 than this part of that, as a pair, goes to the exact
/// evaluation.
inline constexpr double nearestPair = 0x1p-18;

/// That a function is all but a straight line at zero, as x/2 + x² is: for |x| ≤ `until` between
/// slope·x and its next double; whether its magnitude is more than that of the line.
struct LineAtZero {
  double slope = 0;
  float until = 0;
  bool isMoreLeft = false, isMoreRight = false;

  bool operator==(const LineAtZero &) const = default;
};

struct Fit {
  enum class Form { Ramp, Fall, Reflect, Odd, Even, TwoSided, Halves, LeftOfLine };
  /// What stands beyond an end of the table.
  enum class Beyond {
    Exact,    ///< the exact evaluation
    Constant, ///< f has settled: tⁿp with t held at the end
    Power     ///< f/tⁿ has settled: only p is held
  };

  Form form = Form::TwoSided;
  unsigned order = 0; ///< n
  float sum = 0;      ///< of Reflect
  /// If it is not 0, a power of two, then the segment next to zero is evaluated beside the line
  /// slope·d, which is exact, so that results are in order there: d·q is added to it, as it is to 0
  /// in the others, and c₀ to the sum. Of Ramp and Fall ramp and line are x/2 together. Of order 1
  /// p is that of f itself then, and d·q is added to c₀, but where that is 0 to the line.
  float slope = 0;
  /// Of order n > 0 without a line: tⁿp is tⁿc₀ + (tⁿd)·q, rounded once, so that results are in
  /// order where p, rounded before the product, would put them out of it.
  bool isOrderedProduct = false;
  unsigned segments = 0, degree = 0;
  int first = 0;           ///< TwoSided: the number k of the lowest segment; else 0
  float step = 0;          ///< the width of a segment
  float low = 0, high = 0; ///< the ends of the table, in x
  Beyond below = Beyond::Exact, above = Beyond::Exact;
  /// How far out what stands beyond an end is known to stand; farther the exact evaluation does.
  float lastBelow = -HUGE_VALF, lastAbove = HUGE_VALF;
  /// By segment: k's stands at k modulo `segments` (in Halves, of half the table). Without them d
  /// is t/step − k, or t itself, for elements of few bits.
  std::vector<float> centres;
  bool isPlain = false;     ///< d is t
  std::vector<float> table; ///< of coefficients, by power, then by segment
  /// How far a result between low and high is off at most, all roundings included: in units in the
  /// last place, and in 2^-24 of itself; with FitLimits::leastResult, of that if it is larger. In
  /// the segment of a zero away from 0 it is `ulpsAtZero`.
  double ulps = 0, ulpsAtZero = 0;
  /// Of `ulps`, what the rounding of an argument adds: told from a sample, not derived.
  double sampledUlps = 0;
  /// Of a function that rises, or falls: whether results step back from one float to the next. That
  /// they do not is derived, but for borders of segments, where the floats were tried; of a pair it
  /// is so while the second float is 0.
  enum class Steps { None, OneWay, Unknown };
  Steps steps = Steps::None;
  bool isOfPair = false;
  std::optional<float> zero = {}; ///< away from 0
  /// The magnitude of results between low and high, for n = 0; of rows in memory, of p for any n.
  double least = 0;
  /// For n > 0, from this |x| on they are normal numbers.
  float firstNormal = 0;
  /// Smaller |x| but 0 go to the exact evaluation: |x|ⁿ lacks digits there.
  float smallest = 0;
  /// Whether, of elements of few bits, each result rounds to the nearest, from |x| = firstNearest
  /// on and at 0. `ulps` may be those of another fit, then, which told the nearest elements.
  bool isNearest = false;
  float firstNearest = 0;
  /// Where a result of those is in the middle between two elements.
  enum class Ties {
    ToEven,
    Up,  ///< towards +∞
    None ///< nowhere
  };
  Ties ties = Ties::ToEven;
  /// The one whose bound `ulps` is, if this one was found from it.
  std::shared_ptr<const Fit> accurate = {};
  /// The magnitudes of inputs that go to the exact evaluation, one by one.
  std::vector<float> exceptions = {};

  /// Of a fit of pairs (PairFit.h): how many powers, from the lowest on, have a second float; by
  /// power, then by segment.
  unsigned pairs = 0;
  std::vector<float> lows;
  /// By segment: of the result as a pair, as a part of it; of a term, of tⁿp.
  std::vector<float> errors;
  /// A result is a term of a sum: of which `errors`, and `ulps` of the result, are all that it is
  /// off.
  bool isTerm = false;
  unsigned fused = 0;       ///< bit k: c + h·d of power k is rounded once, and c − that not at all
  bool isJoinFused = false; ///< the same of a ramp and t·p
  /// LeftOfLine: c as a pair.
  std::optional<std::pair<float, float>> line = {};
  /// The function's value at 0 as a pair, where it jumps there.
  std::optional<std::pair<float, float>> atZero = {};
  bool hasZero = false;       ///< the first coefficient may be smaller than what is added to it
  bool isJoinOrdered = false; ///< Ramp, Fall, Reflect: what is joined to tⁿp is larger, or 0
  /// Beyond an end, the nearest float of each result; for Beyond::Power, of a result over x.
  float limitBelow = 0, limitAbove = 0;
  /// The table lies in memory, with the bounds (RowFit.h).
  bool isOfRows = false;
  std::optional<LineAtZero> lineAtZero = {};

  /// Between these x the fit is all there is.
  float lowest() const { return below == Beyond::Exact ? low : lastBelow; }
  float highest() const { return above == Beyond::Exact ? high : lastAbove; }

  bool operator==(const Fit &) const = default;

  float coefficient(unsigned power, unsigned entry) const {
    return table[power * segments + entry];
  }
  /// Odd: whether |slope·d| is less than |c₀| but in the segment next to zero.
  bool hasLineAtZeroOnly() const;
  /// The magnitude of results at most, where that has an end.
  std::optional<double> most() const;
  /// Of pairs: whether coefficients of this power have a second float in any segment.
  bool hasSecond(unsigned power) const;
  /// Of tⁿp over tⁿ.
  double slopeAtZero() const;
  /// One line for `explain`.
  std::string text() const;
};

/// What the machine has and what is asked for.
struct FitLimits {
  /// Of arrays of few bits.
  struct Elements {
    ElementType input, output;
    bool isFactor; ///< an element is multiplied by the result, and that is to be next to the truth
    bool operator==(const Elements &) const = default;
  };

  unsigned segments = 32;  ///< as many as one look-up can tell apart
  unsigned mostDegree = 8; ///< of 32 segments; two more for each time there are half as many
  double mostUlps = 4, mostUlpsAtZero = 4;
  bool isOfPair = false; ///< what the fit is of
  /// A result that is smaller may err as one of this size: nothing is lost where a function fades.
  double leastResult = 0;
  bool doubles = false;     ///< of arrays of f64: fits are DoubleFits
  bool pairs = false;       ///< results are to be pairs of floats: good for rounding to the nearest
  double termError = 0;     ///< with pairs, not 0: terms of a sum, off by such a part of themselves
  double mostTermError = 0; ///< the same where data is rare
  std::optional<Elements> elements = {}; ///< results are to be the nearest of these, if they can be
  unsigned moreSegments = 0; ///< as many as two look-ups can tell apart: where fewer are too few
  bool isOrdered = true;     ///< results are to keep the order of the function's

  /// Of AVX2: no other machine's look-up tells so few apart.
  bool areOfAvx2() const { return segments == 8; }
  bool operator==(const FitLimits &) const = default;
};

/// A fit of the definition, which has one input and no parameter that varies; nothing where no form
/// keeps the bound, or the function is not smooth but at zero.
std::optional<Fit> findFit(const std::shared_ptr<const dsl::Program> &program,
                           dsl::DefinitionIndex definition, const FitLimits &limits);

struct FunctionModels;
/// The same of a function whose models earlier searches may have made.
std::optional<Fit> findFit(const FunctionModels &models, const FitLimits &limits);

} // namespace xphi::compiler
