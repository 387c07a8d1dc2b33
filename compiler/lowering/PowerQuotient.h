// One over the third power of a root, without most of its roundings.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In 1/(√s·s), what s is off by counts one and a half times, and root, product and quotient are
// rounded on top: of s = c + a·x², which two roundings lead to, six units of 2^-24, more than four
// ulp. What root, product and quotient lose is known to an fma each, and the result is a sum of two
// floats, rounded once: three units and the last rounding are left, for seven instructions that
// units do which have nothing to do while one divides.
#ifndef XPHI_COMPILER_LOWERING_POWERQUOTIENT_H
#define XPHI_COMPILER_LOWERING_POWERQUOTIENT_H

#include "lowering/Numbers.h"

#include "mlir/IR/Operation.h"

#include <optional>

namespace xphi::compiler {

/// n/(√s·s), where n is exact, or that times an incoming gradient.
struct PowerQuotient {
  mlir::Value sum, root, product;

  /// How many 2^-24 of itself roundings move the quotient of 1 by, of a sum that is off by so many.
  static double parts(double ofSum) { return 1.5 * ofSum + 1; }
};

std::optional<PowerQuotient> powerQuotient(mlir::Operation &op);

Number evaluatePower(Number numerator, Number sum, Number root, Number product);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_POWERQUOTIENT_H
