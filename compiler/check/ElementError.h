// How far an element is from the truth, in its own ulps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_ELEMENTERROR_H
#define XPHI_COMPILER_CHECK_ELEMENTERROR_H

#include "abi/ElementTypes.h"
#include "compiler/truth/Enclosure.h"

namespace xphi::compiler {

/// What is promised of one result, in its ulps: f32 and f64 four; shorter ones the nearest, and of
/// several inputs nearly that.
double promisedUlps(ElementType type, std::size_t inputs);

/// In ulps of the truth; for f32 of the larger of it and `largestTerm`. Infinite where one is NaN
/// or an infinity and the other is not. An element is nearest if its error is no more than 0.5.
double elementError(double got, const reference::Enclosure &truth, double largestTerm,
                    ElementType type);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_ELEMENTERROR_H
