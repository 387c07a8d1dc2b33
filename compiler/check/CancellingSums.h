// Points at which sums inside a program cancel to what the inputs' roundings leave.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of random points of several inputs none is where x * b + c has lost all its digits, or keeps only
// those that x * b has beyond a float. One input is solved for there. And none of random parameters
// is the -1 at which tanh(x)^2 + b has cancelled for all large x: that is solved for, too.
#ifndef XPHI_COMPILER_CHECK_CANCELLINGSUMS_H
#define XPHI_COMPILER_CHECK_CANCELLINGSUMS_H

#include "check/Points.h"

namespace xphi::compiler {

/// At most so many; fewer where no sum of the program gets small beside its terms.
std::vector<Point> cancellingPoints(const dsl::Program &program, dsl::DefinitionIndex definition,
                                    std::size_t count);

struct CancellingSet {
  std::vector<float> parameters;
  std::vector<std::vector<Point>> lines; ///< of a sum that cancels along them, from small to large
};

/// Parameters at which a sum cancels not at a point but from there to zero or to the ends of
/// numbers, 2^±farthest as large, since its other terms have become constant. At most so many.
std::vector<CancellingSet> cancellingSets(const dsl::Program &program,
                                          dsl::DefinitionIndex definition, int farthest,
                                          std::size_t count);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_CANCELLINGSUMS_H
