// Powers in f32: of what is a float, to an exponent of up to two floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_POWER_H
#define XPHI_COMPILER_LOWERING_POWER_H

#include "lowering/PairArithmetic.h"
#include "lowering/PowerForm.h"

#include <optional>

namespace xphi::compiler {

/// Whether the exponent has its digits in two floats. The base has to be a float; that depends on
/// more than the operation.
bool hasFormInF32(PowOp power);

/// What an exponent is.
struct Parity {
  Mask isInteger, isOdd;
};
/// Of a number, or of one that is an odd integer away from it.
Parity parityOf(Number integral, bool isShifted);
/// As IEEE 754's pow: a negative base needs an integer, whose parity gives the sign.
Number withSignOfPower(Number magnitude, Number base, const Parity &parity);

/// A float, and what it lacks where it is not all.
struct FewFloats {
  Number high;
  std::optional<Number> low;
};

struct PowerResult {
  Number value;
  Mask outside; ///< lanes in which the value means nothing
};
/// Where the exponent's parity is not known, bases below zero are outside.
PowerResult powerInF32(const FewFloats &base, const FewFloats &exponent,
                       const std::optional<Parity> &parity);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_POWER_H
