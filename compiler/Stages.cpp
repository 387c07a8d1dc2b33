// Steps that are gone through again are one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Stages.h"

#include "Budget.h"

#include <algorithm>

namespace xphi::compiler {

bool Stages::took(std::string_view stage) {
  noted(stage);
  if (pause)
    pause();
  return !budgetSpent();
}

bool Stages::noted(std::string_view stage) {
  const auto now = std::chrono::steady_clock::now();
  const double took = std::chrono::duration<double, std::milli>(now - last).count();
  const auto earlier = std::ranges::find(
      spent, stage, [](const auto &each) { return std::string_view(each.first); });
  if (earlier != spent.end())
    earlier->second += took;
  else
    spent.emplace_back(stage, took);
  last = now;
  return !budgetSpent();
}

} // namespace xphi::compiler
