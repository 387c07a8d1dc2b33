// The errors of one run, up to as many as anybody wants to read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Diagnostic.h"
#include "dsl/Limits.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace xphi::dsl {

class DiagnosticList {
public:
  /// Adds an error and returns it, to be given notes. Once the list is full, what is returned goes
  /// nowhere.
  Diagnostic &error(Code code, SourceRange range, std::string message) {
    Diagnostic made{Severity::Error, code, range, std::move(message), {}};
    if (!full())
      return list.emplace_back(std::move(made));
    dropped = std::move(made);
    return dropped;
  }

  bool empty() const { return list.empty(); }
  /// Ask before working hard on a suggestion.
  bool full() const { return list.size() >= kMaxErrors; }
  /// The errors in the order of the text.
  std::vector<Diagnostic> take() {
    std::stable_sort(list.begin(), list.end(), [](const Diagnostic &a, const Diagnostic &b) {
      return a.range.begin < b.range.begin;
    });
    return std::move(list);
  }

private:
  std::vector<Diagnostic> list;
  Diagnostic dropped;
};

} // namespace xphi::dsl
