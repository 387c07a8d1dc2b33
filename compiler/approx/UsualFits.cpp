// Rows of searches and of what they found, as words.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/UsualFits.h"

#include "approx/FitWords.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace xphi::compiler {
namespace {

struct UsualFit {
  std::string_view search, found;
};

using namespace std::string_view_literals;

// MakeUsualFits.cpp writes these rows, sorted; an empty one ends them.
constexpr UsualFit fits[] = {
#include "UsualFits.inc"
    {}};

std::optional<std::optional<Fit>> usualFit(const std::string &text, const FitLimits &limits) {
  const std::string search = wordsOf(limits) + " " + text;
  const auto end = std::prev(std::end(fits));
  const auto row = std::ranges::lower_bound(std::begin(fits), end, std::string_view(search), {},
                                            &UsualFit::search);
  return row != end && row->search == search ? foundOfWords(row->found) : std::nullopt;
}

} // namespace

KnownFits &knownFits() {
  static KnownFits known(usualFit);
  return known;
}

} // namespace xphi::compiler
