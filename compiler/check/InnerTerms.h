// Which sizes the terms inside a program take, so that points can be chosen where they take others.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A result says little of what it is made of: e^(e^x) − e^(e^x + 1) under a condition is wrong only
// where the condition holds and the exponentials leave a range of numbers, and of random points of
// two inputs none may lie there. Here a program is evaluated with magnitudes far beyond those of
// doubles, roughly and cheaply; a point is new if some term has a size, or two that are added a
// ratio, of a class that it has had at no point before.
#ifndef XPHI_COMPILER_CHECK_INNERTERMS_H
#define XPHI_COMPILER_CHECK_INNERTERMS_H

#include "check/Points.h"

#include <bitset>
#include <utility>

namespace xphi::compiler {

/// By hash: of some hundreds one or two that are new are taken for seen.
using SeenClasses = std::bitset<std::size_t(1) << 17>;

class InnerTerms {
public:
  InnerTerms(const dsl::Program &program, dsl::DefinitionIndex definition);

  /// In place of the defaults.
  void setParameters(std::vector<float> values) { parameters = std::move(values); }
  /// Whether this point is new; from now on it is not.
  bool isNew(const Point &point);
  /// How many operations the last point took.
  std::size_t operations() const { return count; }

private:
  const dsl::Program &program;
  dsl::DefinitionIndex definition;
  std::vector<float> parameters;
  SeenClasses seen;
  std::size_t count = 0;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_INNERTERMS_H
