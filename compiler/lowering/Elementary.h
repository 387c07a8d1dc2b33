// Elementary functions as straight code: polynomials, fma, and no call.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In f64 every function takes any argument and keeps a relative error near 2^-45 or less, which
// leaves an f32 result rounded to 0.5 ulp and a little. Where a result would leave the range of f64
// it stays at about 1e±308, so that a product with it tends to the right limit instead of becoming
// NaN. In f32 the functions of fastFunction() are offered, each on its domain only.
// Coefficients and their errors: approx/Coefficients.h.
#ifndef XPHI_COMPILER_LOWERING_ELEMENTARY_H
#define XPHI_COMPILER_LOWERING_ELEMENTARY_H

#include "lowering/Exponent.h"
#include "mlir/IR/Operation.h"

#include <optional>

namespace xphi::compiler {

/// A function in f32: for |argument| ≤ domain the largest error seen is `ulp` (over every float
/// from 2^-14 to the domain's end, of both signs; of pairs at 60 million), `part` in 2^-24 of the
/// result, or twice as many ulp, and the result's magnitude lies between `least` and `most`. The
/// errors of GeluSlope and MishSlope are in ulp of the larger of the value and its terms. `cost` is
/// in vector instructions on AVX-512, with the guard of the domain, from times (a division counts
/// as six). With AVX2 tanh of a float errs by 2.50 ulp and 2.97, the logistic function by 2.57 and
/// 2.94.
struct FastFunction {
  double domain, ulp, part, least, most, cost;
  double term = 0; ///< the largest of those that cancel inside, which the error is a part of
  std::optional<double> from = {}; ///< the least argument but for those below 0, which give NaN
  /// Of a pair: larger arguments give results that are smaller than `least`, to the rounding of
  /// subnormal numbers; nothing where none does.
  std::optional<double> fading = {};
  bool fades = false; ///< below −domain, too
  double apart = 0;   ///< results that are a smaller part of the argument err by more
};

/// On a function in f32: by its finer form.
inline constexpr llvm::StringLiteral fineName = "fine";

/// The f32 form of this xphi operation, if it has one; of a pair, where it takes that.
std::optional<FastFunction> fastFunction(mlir::Operation *op);
/// One that costs more and errs less, if it has that, too.
std::optional<FastFunction> fineFunction(mlir::Operation *op);

/// Whether the code in these numbers does for every float, infinities too: of some functions of an
/// input that are a result. Where more is made of one, infinities need more thought, and so does
/// what is smaller than a normal number.
bool takesAnyFloat(mlir::Operation *op, const Numbers &numbers);

/// The code of an elementary xphi operation with one operand, in x's type.
Number elementary(mlir::Operation *op, Number x);
/// The same in f32, of an operation that takes pairs (PairArithmetic.h). `mayFade`: where its
/// results are no normal numbers, too.
Number elementary(mlir::Operation *op, NumberPair x, bool mayFade);
/// Of one that takes a line.
Number elementary(mlir::Operation *op, const Exponent &x, bool mayFade);

/// A normal float as m·2^k, m in [√½, √2).
struct PartsOfF32 {
  Number m;
  mlir::Value k;
};
PartsOfF32 partsOfF32(Number x);
/// An integer of a lane's width, below 2^22 in magnitude, as a float.
Number smallInteger(const Numbers &f32, mlir::Value integer);

/// log(eᵃ + eᵇ), in f64.
Number logAddExp(Number a, Number b);

/// What tells whether an exponent is an integer, and an odd one: of v − 1, which may have been
/// rounded to another integer, that is v.
struct IntegralPart {
  mlir::Value value;
  bool isShifted = false; ///< by an odd integer
};
IntegralPart integralPart(mlir::Value exponent);

/// a^b; `exponent` is b's value where it is a constant, `integral` the value of b's integral part.
Number power(Number a, Number b, std::optional<double> exponent, Number integral, bool isShifted);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_ELEMENTARY_H
