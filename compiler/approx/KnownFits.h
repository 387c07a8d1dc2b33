// What searches for fits have found before: those of this process, and some that are known from the
// start.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace xphi::compiler {

/// Thread-safe. A search depends on nothing but the text and the limits, so what is known is what
/// would be found.
class KnownFits {
public:
  /// Of a text and limits, what a search finds; nothing where that is not known.
  using Lookup = std::optional<std::optional<Fit>> (*)(const std::string &text,
                                                       const FitLimits &limits);

  explicit KnownFits(Lookup fromTheStart) : fromTheStart(fromTheStart) {}

  std::optional<std::optional<Fit>> find(const std::string &text, const FitLimits &limits);
  void keep(const std::string &text, const FitLimits &limits, const std::optional<Fit> &found);

private:
  using Searches = std::vector<std::pair<FitLimits, std::optional<Fit>>>;

  const Lookup fromTheStart;
  std::mutex mutex;
  std::map<std::string, Searches> known;
  std::deque<std::string> oldest; ///< texts, in the order in which they came
};

} // namespace xphi::compiler
