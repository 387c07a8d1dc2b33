// One of pairs, and what tells neighbours apart next to zero.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/ExactFit.h"

#include "approx/LineAtZero.h"

namespace xphi::compiler {

std::optional<Fit> findExactFit(const std::shared_ptr<const dsl::Program> &program,
                                dsl::DefinitionIndex definition, const FitLimits &limits) {
  std::optional<Fit> fit = findFit(program, definition, limits);
  if (fit && fit->order == 1)
    fit->lineAtZero = lineAtZero(*program, definition);
  return fit;
}

} // namespace xphi::compiler
