// Searches for fits, none of them made twice.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <optional>
#include <string>
#include <vector>

namespace xphi::compiler {

/// Of one compile: value and derivatives share parts, and a part is asked for again where it is to
/// be closer.
class FitSearches {
public:
  /// findFit() of the text's last definition; nothing where the text is none.
  std::optional<Fit> find(const std::string &text, const FitLimits &limits);

private:
  struct Search {
    std::string text;
    FitLimits limits;
    std::optional<Fit> found;
  };
  std::vector<Search> made;
};

} // namespace xphi::compiler
