// A smooth function of one number as polynomials in doubles, a row of a table for each cell.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The numbers between `low` and `high` are cut into cells [k·step, (k + 1)·step), step a power of
// two. A row is a centre and the coefficients of p = c₀ + d(c₁ + d(…)), d = x − centre. The centre
// is within a factor of two of all numbers of its cell, so that d is exact; in the two cells beside
// 0 it is 0, and the coefficients below the order of the zero there are 0, so that the relative
// error is kept. A cell with another zero of the function has its centre next to it.
//
// The bound is derived: of p − f by Taylor models over Arb, to which the roundings of the very
// operations are added (Higham, Accuracy and Stability of Numerical Algorithms, 5.1).
#pragma once

#include "dsl/Ast.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace xphi::compiler {

struct DoubleFit {
  /// What stands beyond an end of the table.
  enum class Beyond {
    Exact,    ///< the exact evaluation
    Constant, ///< `limit`
    Line      ///< limit·x
  };
  struct Side {
    double end; ///< of the table
    Beyond beyond = Beyond::Exact;
    double limit = 0;
    double zeroFrom;         ///< from here on out the function is less than any double; or infinity
    double zeroTimesAnyFrom; ///< so is its product with any double
  };

  /// Larger |x| go to the exact evaluation.
  static constexpr double furthest = 0x1p100;

  double step = 0;
  int first = 0; ///< the number k of the lowest cell
  unsigned degree = 0;
  std::vector<double> rows; ///< of a centre and degree + 1 coefficients, lowest power first
  Side below, above;
  /// Within these, but at 0, the exact evaluation: next to a zero, and where a zero at 0 is of too
  /// high an order.
  struct Gap {
    double from, to;
  };
  std::vector<Gap> gaps;
  std::optional<double> atZero; ///< f(0), where that is not the limit from both sides
  double error = 0;             ///< of a result elsewhere, at most, in 2^-53 of itself

  unsigned cells() const { return unsigned(rows.size()) / columns(); }
  unsigned columns() const { return degree + 2; }
  /// From this |x| on results beside a zero at 0 are normal numbers; 0 if there is none.
  double firstNormal() const;
  /// One line for `explain`.
  std::string text() const;
};

/// A fit of the definition, which has one input and no parameter, that errs by so many 2^-53 at
/// most; nothing if there is none.
std::optional<DoubleFit> findDoubleFit(const std::shared_ptr<const dsl::Program> &program,
                                       dsl::DefinitionIndex definition, double mostError);

} // namespace xphi::compiler
