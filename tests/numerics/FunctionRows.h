// The elementary functions of the dialect, and doubles at which they are held against Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/SmoothFunctions.h"

#include <iosfwd>
#include <span>
#include <vector>

namespace xphi::numerics {

struct FunctionRow {
  const char *name;
  const char *body; ///< from %x, and %y where it is there, to %r
  reference::ArbBall (*exact)(const reference::ArbBall &x, const reference::ArbBall &y);
};

void PrintTo(const FunctionRow &row, std::ostream *out);

/// Each function of one operand, and powers.
std::span<const FunctionRow> functionRows();

/// Both signs of every binade, and more where functions bend, vanish or end.
std::vector<double> doublesOfEveryBinade();

/// The exact value to some 80 bits and more; not finite where there is none.
reference::ArbBall truth(const FunctionRow &row, double x, double y);

reference::ArbBall tanhOfSoftplus(const reference::ArbBall &x);

} // namespace xphi::numerics
