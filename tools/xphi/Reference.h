// A function, or a derivative of one, walked by the reference interpreter in double precision.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Analysis.h"

#include <xphi/Engine.hpp>

#include <span>
#include <string>
#include <vector>

namespace xphi::command {

class Reference {
public:
  static Result<Reference> of(const What &what);
  /// Reads back what the compiler prints as the derivative, so it needs the compiler, but none of
  /// its machine code.
  static Result<Reference> ofDerivative(const What &what, unsigned order, Engine &engine);

  std::span<const std::string> inputs() const { return analysis.definition().inputs; }
  /// Defaults, overridden by name=value; X2013 for a name the function lacks.
  Result<std::vector<double>> parameters(const std::vector<std::string> &assignments) const;
  double operator()(std::span<const double> point, std::span<const double> parameters) const;

private:
  explicit Reference(Analysis analysis) : analysis(std::move(analysis)) {}
  Analysis analysis;
};

} // namespace xphi::command
