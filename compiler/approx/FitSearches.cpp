// By text and limits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitSearches.h"

#include "dsl/Frontend.h"

#include <utility>

namespace xphi::compiler {
namespace {

/// Whether what has no fit within the one has none within the other.
bool isNoCloser(const FitLimits &one, FitLimits other) {
  if (one.mostUlps < other.mostUlps || one.mostUlpsAtZero < other.mostUlpsAtZero)
    return false;
  other.mostUlps = one.mostUlps;
  other.mostUlpsAtZero = one.mostUlpsAtZero;
  return one == other;
}

} // namespace

std::optional<Fit> FitSearches::find(const std::string &text, const FitLimits &limits) {
  for (const Search &each : made)
    if (each.text == text &&
        (each.limits == limits || (!each.found && isNoCloser(each.limits, limits))))
      return each.found;
  const dsl::ParseResult parsed = dsl::analyse({"<part>", text});
  std::optional<Fit> found =
      parsed ? findFit(parsed.program, parsed.program->entry(), limits) : std::nullopt;
  made.push_back({text, limits, std::move(found)});
  return made.back().found;
}

} // namespace xphi::compiler
