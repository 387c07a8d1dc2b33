// What a program may give at a point: enclosures of its value and its partial derivatives.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"
#include "compiler/truth/InflatedArithmetic.h"

#include <span>
#include <string>
#include <vector>

namespace xphi::property {

/// Everything between `low` and `high`, each moved out by 4 ulp of f32.
struct Allowed {
  enum class Kind {
    Range,
    NoNumber,  ///< a pole, outside the domain, or nothing is known
    Undecided, ///< a choice that rounding may turn
    Beyond,    ///< doubles overflow on the way
    Conflict,  ///< two ways to the derivative have nothing in common
  };
  Kind kind = Kind::NoNumber;
  double low = 0, high = 0;
  double tolerance = 0;

  /// Infinities stand for what rounds to them; NaN is in no range.
  bool contains(float result) const;
  /// Whether the range is not much wider than the tolerance: what is compared there means a lot.
  bool isTight() const;
  std::string describe() const;
};

struct Expectation {
  Allowed value;
  std::vector<Allowed> derivatives; ///< in inputs, then parameters
};

/// Derivatives are series, carried along by the interpreter; if the program has `grad`, `kink` or
/// `diff`, the interpreter's own.
Expectation expectationAt(const dsl::Program &program, std::span<const float> inputs,
                          std::span<const float> parameters);

} // namespace xphi::property
