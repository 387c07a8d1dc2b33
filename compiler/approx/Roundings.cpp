// Sums of roundings, merged by step.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Roundings.h"

#include "approx/BallBounds.h"

#include <algorithm>

namespace xphi::compiler {

using namespace reference;

Roundings Roundings::sum(const ArbBall &f, const Roundings &a, const ArbBall &g,
                         const Roundings &b) {
  const ArbPrecision precision(bits);
  Roundings result;
  result.terms.reserve(a.terms.size() + b.terms.size());
  auto left = a.terms.begin(), right = b.terms.begin();
  while (left != a.terms.end() || right != b.terms.end())
    if (right == b.terms.end() || (left != a.terms.end() && left->first < right->first)) {
      result.terms.emplace_back(left->first, f * left->second);
      ++left;
    } else if (left == a.terms.end() || right->first < left->first) {
      result.terms.emplace_back(right->first, g * right->second);
      ++right;
    } else {
      result.terms.emplace_back(left->first, f * left->second + g * right->second);
      ++left;
      ++right;
    }
  return result;
}

Roundings Roundings::times(const ArbBall &factor) const {
  const ArbPrecision precision(bits);
  Roundings result;
  result.terms.reserve(terms.size());
  for (const auto &[step, each] : terms)
    result.terms.emplace_back(step, factor * each);
  return result;
}

void Roundings::add(unsigned step, const ArbBall &bound) {
  const auto place =
      std::ranges::upper_bound(terms, step, {}, [](const auto &term) { return term.first; });
  terms.emplace(place, step, bound);
}

ArbBall Roundings::most() const {
  const ArbPrecision precision(bits);
  ArbBall result(0.0);
  for (const auto &[step, each] : terms)
    result = result + largest(each);
  return largest(result);
}

} // namespace xphi::compiler
