// The errors and warnings of one run, up to as many as anybody wants to read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Diagnostic.h"
#include "dsl/Limits.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace xphi::dsl {

class DiagnosticList {
public:
  /// Adds an error and returns it, to be given notes. Once the list is full, what is returned goes
  /// nowhere.
  Diagnostic &error(Code code, SourceRange range, std::string message) {
    return add(Severity::Error, errors, code, range, std::move(message));
  }
  Diagnostic &warning(Code code, SourceRange range, std::string message) {
    return add(Severity::Warning, warnings, code, range, std::move(message));
  }

  /// What an imported file has to say comes before what the text itself has.
  void addImported(Diagnostic diagnostic) {
    uint32_t &count = diagnostic.severity == Severity::Error ? errors : warnings;
    if (count++ < kMaxErrors)
      imported.push_back(std::move(diagnostic));
  }

  bool hasErrors() const { return errors > 0; }
  /// Ask before working hard on a suggestion.
  bool full() const { return errors >= kMaxErrors; }
  /// Errors and warnings in the order of the text.
  std::vector<Diagnostic> take() {
    // Not std::stable_sort: libstdc++'s uses what is deprecated, and Clang warns of it.
    std::vector<Diagnostic> sorted;
    for (Diagnostic &diagnostic : list)
      sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), diagnostic,
                                     [](const Diagnostic &a, const Diagnostic &b) {
                                       return a.range.begin < b.range.begin;
                                     }),
                    std::move(diagnostic));
    sorted.insert(sorted.begin(), std::make_move_iterator(imported.begin()),
                  std::make_move_iterator(imported.end()));
    return sorted;
  }

private:
  Diagnostic &add(Severity severity, uint32_t &count, Code code, SourceRange range,
                  std::string message) {
    Diagnostic made{severity, code, range, std::move(message), {}, nullptr};
    if (count++ < kMaxErrors)
      return list.emplace_back(std::move(made));
    dropped = std::move(made);
    return dropped;
  }

  uint32_t errors = 0, warnings = 0;
  std::vector<Diagnostic> list, imported;
  Diagnostic dropped;
};

} // namespace xphi::dsl
