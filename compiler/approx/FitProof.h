// That a fit is as near to its function as is said: proved again, from its table and the text
// alone.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search (Fit.h) derives a bound with doubles, in forms that hold for the segments it makes.
// Here nothing of that is believed. The floats of a range are cut into cells; on each the function
// is Taylor's series of the program as it is written, over Arb balls, the fit a polynomial with
// balls for coefficients, and every rounding of FittedValue.h's operations is bounded by balls. A
// cell that does not show the bound is cut in two, down to single floats, at which the operations
// themselves are run. So a zero, a corner, or an end of the table needs no rule of its own.
#pragma once

#include "approx/Fit.h"
#include "compiler/truth/ArbBall.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace xphi::compiler {

/// What a fit is of: a program of one input and no parameter, or one of its derivatives, as it is
/// written.
class FittedTruth {
public:
  FittedTruth(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
              unsigned derivative = 0);

  /// Taylor's coefficients at m, and behind them one that encloses the next over m ± radius. All x
  /// are on one side of zero: above for 1, below for −1. Nothing where a choice is not decided, or
  /// the program has a word of its own about derivatives.
  std::optional<std::vector<reference::ArbBall>> around(double m, double radius, int side,
                                                        unsigned count) const;

private:
  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition;
  unsigned derivative;
  bool hasOwnRules;
};

struct FitProof {
  bool holds = false;
  double ulps = 0; ///< a bound, in ulp; with FitClaim::least in 2^-24 of the larger of the two
  float at = 0;    ///< a float near to which there is none so small, if it does not hold
  std::size_t cells = 0;
};

/// Of every float from low to high, both included, the result errs by at most so much.
struct FitClaim {
  float low, high;
  double ulps;
  double least = 0;            ///< a result that is smaller may err as one of this size
  bool isWithRoundings = true; ///< else of the polynomials, in exact arithmetic
};

/// Of a fit of one float, not of pairs. Gives up after some ten thousand cells, as if it were not
/// so: a claim that is nearly the least that is true takes them.
FitProof prove(const Fit &fit, const FittedTruth &truth, const FitClaim &claim);

/// All that prove() and fittedValue() need to know of a fit, in a line; no quotes in it.
std::string recordOf(const Fit &fit);
/// Nothing for what recordOf() does not write.
std::optional<Fit> fitOfRecord(std::string_view record);

} // namespace xphi::compiler
