// What the predicates of comparisons mean.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_DIALECT_COMPARISON_H
#define XPHI_COMPILER_DIALECT_COMPARISON_H

#include "dialect/XphiDialect.h"

namespace xphi::compiler {

/// Of numbers that are known while compiling.
template <class Number> bool compares(Predicate predicate, Number a, Number b) {
  switch (predicate) {
  case Predicate::Less:
    return a < b;
  case Predicate::LessEqual:
    return a <= b;
  case Predicate::Greater:
    return a > b;
  case Predicate::GreaterEqual:
    return a >= b;
  case Predicate::Equal:
    return a == b;
  case Predicate::NotEqual:
    return a != b;
  }
  llvm_unreachable("every predicate has a case");
}

/// `a predicate b` is `b mirrored(predicate) a`.
inline Predicate mirrored(Predicate predicate) {
  switch (predicate) {
  case Predicate::Less:
    return Predicate::Greater;
  case Predicate::LessEqual:
    return Predicate::GreaterEqual;
  case Predicate::Greater:
    return Predicate::Less;
  case Predicate::GreaterEqual:
    return Predicate::LessEqual;
  case Predicate::Equal:
  case Predicate::NotEqual:
    return predicate;
  }
  llvm_unreachable("every predicate has a case");
}

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_COMPARISON_H
