// The oracle for several variables: a value and its partial derivatives in inputs and parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where any input is NaN, so is every answer. An infinite input stands for a number growing beyond
// bounds, several of them growing together at one pace; the answers are the limits.
#pragma once

#include "compiler/truth/Evaluation.h"

#include <memory>
#include <span>
#include <vector>

namespace xphi::reference {

/// One number of an answer, and the largest magnitude among the terms that it is a sum of (the
/// value itself is not held to be a sum: 0).
struct Entry {
  Enclosure truth;
  double largestTerm = 0;
};

struct PartialAnswer {
  Entry value;
  std::vector<Entry> first;  ///< in the order of the variables
  std::vector<Entry> second; ///< for each pair i <= j, row by row
};

class PartialOracle {
public:
  /// `variables`: what to differentiate in, counted through inputs, then parameters.
  PartialOracle(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
                std::vector<uint32_t> variables, int order);

  /// Parameters are run-time numbers, taken exactly.
  PartialAnswer at(std::span<const double> inputs, std::span<const double> parameters) const;

  /// The defaults, rounded to float as a kernel gets them.
  std::vector<double> defaultParameters() const;

private:
  ArbJet jetAt(std::span<const ArbBall> inputs, std::span<const double> parameters) const;
  PartialAnswer limit(std::span<const double> inputs, std::span<const double> parameters) const;
  PartialAnswer noValue() const;
  std::size_t firstCount() const;
  std::size_t secondCount() const;

  Evaluation evaluation;
};

} // namespace xphi::reference
