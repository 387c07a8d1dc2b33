// A fit on one segment: the coefficients as floats, and how far off what they give may be.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/TaylorModel.h"

#include <optional>
#include <vector>

namespace xphi::compiler {

/// One rounding of a result of 1: what relative errors are counted in.
inline constexpr double unit = 0x1p-24;

struct Segment {
  float centre = 0;
  std::vector<float> coefficients; ///< of powers of t − centre
  double relativeError = 0;        ///< of their sum, with all roundings but the last, in units
  double sumError = 0;             ///< with the last
  double productError = 0;         ///< of tⁿ times their sum, with the rounding of the product
};

/// What a segment need not care for.
struct Tolerance {
  double cutOff = 0.75;        ///< units that the terms left out may come to
  double leastResult = 0;      ///< of the function: a smaller result counts as one of this size
  bool isAddedLast = false;    ///< c₀, to the rest, which is rounded
  bool isOneWay = false;       ///< results are to rise, or fall, from float to float
  unsigned orderedProduct = 0; ///< tⁿc₀ is added last: what is rounded before is tⁿd times the rest
  bool isWeighted = true;      ///< errors are to be a part of the function, however small it is
  std::optional<float> centre = {}; ///< else it is looked for
};

/// A zero of the function away from 0: the float next to it, and the function over tⁿ there.
struct Zero {
  float place;
  double value;
};

/// Of the segment next to that around 0, the nearest place to 0 for a centre, of its radius.
inline constexpr double nextToZero = -0.4;

/// Where there is a zero in the segment, the centre is the float next to it, and what is written of
/// the function below holds of its divided difference from there.
class SegmentFit {
public:
  SegmentFit(const TaylorModel &model, std::optional<Zero> zero, bool isOfPair,
             Tolerance tolerance = {});

  /// Whether this degree leaves little more than roundings.
  bool isEnough(unsigned degree) const;
  Segment rounded(unsigned degree) const { return rounded(degree, std::nullopt); }
  /// With the centre near this place, of the radius.
  Segment rounded(unsigned degree, std::optional<double> place) const;
  /// The least magnitude of the function over tⁿ.
  double leastQuotient() const;

private:
  std::vector<double> behindZero(std::vector<double> powers) const;
  double lean() const;
  float centreFor(const std::vector<double> &powers, std::optional<double> wanted) const;
  void passDown(std::vector<double> &powers, unsigned i, double lost,
                const std::vector<std::vector<double>> &least) const;
  Segment withErrors(float centre, std::vector<float> coefficients) const;
  double errorAroundZero(const std::vector<float> &coefficients, double by, double farther) const;
  double errorNextToZero(const std::vector<float> &coefficients, double by, double distance) const;

  const TaylorModel &model;
  const std::optional<Zero> zero;
  const bool isOfPair;
  const Tolerance tolerance;
  const std::vector<double> terms; ///< of Chebyshev's series of the function over tⁿ
};

/// The least magnitude of results; where there is a zero, at the floats next to it.
double leastResult(const TaylorModel &model, const Segment &segment, std::optional<Zero> zero);

/// tⁿp − f, of coefficients around model.centre + by.
std::vector<double> differenceFrom(const TaylorModel &model,
                                   const std::vector<double> &coefficients, double by);

/// How f on the side without a table follows from f on the side that has it.
struct Mirror {
  bool holds = false; ///< what is left of the form's identity is a small part of a rounding
  double left = 0;    ///< of the identity, as a part of the function at most
  double ratio = 0;   ///< how much larger the table's side may be
};

Mirror mirror(const Fit &fit, const TaylorModel &table, const TaylorModel &other);

} // namespace xphi::compiler
