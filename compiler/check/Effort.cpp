// How far a check goes, by what the program costs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Effort.h"

#include "check/Cost.h"

#include <algorithm>

namespace xphi::compiler {

Effort::Effort(const CheckedFunction &function)
    : compared(function.spec.keep == Keep::Output ? 1 : 1 + function.spec.gradients.size()),
      cost(costOf(*function.program, function.program->definitions[function.definition].body)) {
  const std::size_t order = function.spec.derivative.size() + (compared > 1);
  for (std::size_t i = 0; i < order; ++i)
    cost *= 2;
  if (order > 2)
    cost *= compared;
}

std::size_t Effort::pointCount() const {
  constexpr std::size_t budget = 80'000;
  return std::clamp(budget / cost, fewest, most);
}

} // namespace xphi::compiler
