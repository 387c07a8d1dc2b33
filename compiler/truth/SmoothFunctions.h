// The smooth functions of one operand with their first two derivatives, in balls and closed form.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written from the textbook, not from the compiler's derivative rules, which they check. Each form
// is chosen so that it does not cancel: sech^2 rather than 1 - tanh^2, erfc rather than 1 - erf.
#pragma once

#include "dsl/Primitive.h"
#include "compiler/truth/ArbBall.h"

#include <array>

namespace xphi::reference {

/// g(x), g'(x), g''(x); those above the order asked for stay zero.
using Derivatives = std::array<ArbBall, 3>;

/// Primitives of one operand, except negation and those with corners or jumps (abs, sign, step,
/// floor, ceil, round), for which, and for those of more operands, every entry is indeterminate.
Derivatives smoothFunction(dsl::Primitive primitive, const ArbBall &x, int order);

/// x^y for a y that does not vary.
Derivatives power(const ArbBall &x, const ArbBall &y, int order);

} // namespace xphi::reference
