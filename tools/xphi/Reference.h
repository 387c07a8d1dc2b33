// A function, or a derivative of one, walked by the reference interpreter in double precision.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Analysis.h"

#include <xphi/Result.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace xphi::command {

class Reference {
public:
  /// Differentiated in these inputs and parameters, one after the other; X2024 for a name the
  /// function lacks.
  static Result<Reference> of(Analysis analysis, std::span<const std::string> derivative);

  std::span<const std::string> inputs() const { return analysis.definition().inputs; }
  /// Defaults, overridden by name=value; X2013 for a name the function lacks.
  Result<std::vector<double>> parameters(const std::vector<std::string> &assignments) const;
  double operator()(std::span<const double> point, std::span<const double> parameters) const;

private:
  Reference(Analysis analysis, std::vector<std::uint32_t> variables)
      : analysis(std::move(analysis)), variables(std::move(variables)) {}

  Analysis analysis;
  std::vector<std::uint32_t> variables; ///< counted through inputs, then parameters
};

} // namespace xphi::command
