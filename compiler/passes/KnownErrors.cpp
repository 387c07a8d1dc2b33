// Of all that conditioning knows, what is small.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/KnownErrors.h"

#include "analysis/Conditioning.h"
#include "dialect/Constants.h"

using namespace mlir;

namespace xphi::compiler {

ErrorBounds::KnownErrors knownErrors(func::FuncOp function) {
  constexpr double mostRelative = 1 << 14, mostAbsolute = 0x1p-48;
  ErrorBounds::KnownErrors errors;
  for (const auto &[value, known] : conditioningOf(function).known)
    if (!known.ofTerms && known.relative <= mostRelative && known.absolute <= mostAbsolute &&
        !constantValue(value))
      errors[value] = {known.relative, known.absolute};
  return errors;
}

} // namespace xphi::compiler
