// By text, then by limits; the oldest texts are forgotten.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/KnownFits.h"

namespace xphi::compiler {
namespace {

constexpr std::size_t mostTexts = 1000; // of some ten kilobytes each

} // namespace

std::optional<std::optional<Fit>> KnownFits::find(const std::string &text,
                                                  const FitLimits &limits) {
  {
    const std::lock_guard lock(mutex);
    if (const auto place = known.find(text); place != known.end())
      for (const auto &[wanted, found] : place->second)
        if (wanted == limits)
          return found;
  }
  return fromTheStart ? fromTheStart(text, limits) : std::nullopt;
}

void KnownFits::keep(const std::string &text, const FitLimits &limits,
                     const std::optional<Fit> &found) {
  const std::lock_guard lock(mutex);
  if (!known.contains(text))
    oldest.push_back(text);
  known[text].emplace_back(limits, found);
  if (oldest.size() > mostTexts) {
    known.erase(oldest.front());
    oldest.pop_front();
  }
}

} // namespace xphi::compiler
