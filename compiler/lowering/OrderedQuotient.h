// Quotients of two numbers that both grow, so that their roundings do not make results step back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// x/(c + a·|x|) and x/√(c + a·x²) go one way, but of two quotients of neighbouring floats the
// second may be the smaller one: both operands have grown, and each was rounded. In 1/(a + c/|x|)
// and 1/√(a + c/x²) each operation goes one way, and a rounding does not turn it round. That costs
// a division more. Near zero, where x² has no digits, it is x times 1/c or 1/√c, and what is
// farther out is no smaller than that is at the border.
#ifndef XPHI_COMPILER_LOWERING_ORDEREDQUOTIENT_H
#define XPHI_COMPILER_LOWERING_ORDEREDQUOTIENT_H

#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace xphi::compiler {

struct OrderedQuotient {
  mlir::Value size;     ///< |x|, or x² under the root
  mlir::Value constant; ///< c
  mlir::Value factor;   ///< a; null if there is none
  bool isRoot;

  bool isFixed() const; ///< a and c are constants
  /// How many 2^-24 of itself roundings move the quotient of an exact x by.
  double parts() const;
  double most() const; ///< that its magnitude can be
};

/// Whether quotients in f32 are evaluated so, and those of PowerQuotient.h: not of elements of few
/// bits, whose results are tried as divisions, nor where the nearest float is asked for.
bool hasOwnQuotients(mlir::func::FuncOp function);

bool isIncomingGradient(mlir::Value value);

/// Whether the result goes where the value goes: nothing but constants, parameters and an incoming
/// gradient are added to it, if it may have terms beside it, or multiplied with it.
bool isOnlyMoved(mlir::Value value, bool mayBeTerm = true);

/// What the quotient is, if it is one of these, and is only moved; as a term only in the library's
/// functions, whose errors are measured: it errs by half an ulp more than a plain one.
std::optional<OrderedQuotient> orderedQuotient(mlir::Operation &op);

/// Whether the operation leads to the divisor of such a quotient, and to nothing else: it is not
/// evaluated, or may overflow.
bool isOfDivisorInOrder(mlir::Operation &op);

/// Whether nothing is made of the input but such quotients, and choices: they take infinities as
/// they take numbers, and give no less there than just before.
bool isOnlyInOrder(mlir::BlockArgument input);

/// What stands for x or |x|, for `size`, c and a.
struct OrderedOperands {
  Number numerator, size, constant;
  std::optional<Number> factor;
};
Number evaluateOrdered(const OrderedQuotient &quotient, const OrderedOperands &operands);
/// The lanes in which parameters are negative, tiny or huge.
Mask outsideOrdered(const OrderedOperands &operands);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_ORDEREDQUOTIENT_H
