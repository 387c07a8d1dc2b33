// In memory, or in registers; and what tells neighbours apart next to zero.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/ExactFit.h"

#include "approx/LineAtZero.h"
#include "approx/RowFit.h"

namespace xphi::compiler {

std::optional<Fit> findExactFit(const std::shared_ptr<const dsl::Program> &program,
                                dsl::DefinitionIndex definition, const FitLimits &limits) {
  constexpr unsigned few = 8;
  std::optional<Fit> fit;
  if (limits.segments <= few)
    fit = findRows(program, definition);
  if (!fit)
    fit = findFit(program, definition, limits);
  if (fit && fit->order == 1)
    fit->lineAtZero = lineAtZero(*program, definition);
  return fit;
}

} // namespace xphi::compiler
