// A polynomial through gates: at each of many places its value lies between two bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace xphi::compiler {

struct Gate {
  double place, low, high; ///< low < high
};

/// Coefficients, from the constant on, of a polynomial of this degree that goes through all gates,
/// as far from their ends as it can or near enough to that; nothing where there is none. The gates'
/// places rise.
std::optional<std::vector<double>> polynomialWithin(std::span<const Gate> gates, unsigned degree);

} // namespace xphi::compiler
