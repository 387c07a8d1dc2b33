// Elements as they lie in memory, and the numbers that they are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an operand of a body is, is said by the letter that it has in abi/OperandKind.h.
#ifndef XPHI_COMPILER_LOWERING_STORAGE_H
#define XPHI_COMPILER_LOWERING_STORAGE_H

#include "approx/Fit.h"
#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// Lanes of what is stored: f32 as such, all else as unsigned integers. One f32 for a scalar.
mlir::Type storedType(const Numbers &f32, char kind);

/// The f32 numbers that were stored, which is exact; of f64 these; of conditions, the mask.
mlir::Value load(const Numbers &f32, mlir::Value stored, char kind);

/// What need not be done to store a number.
struct Storing {
  bool hasShortNans = false; ///< NaN is quiet, and of its bits only a bf16's are set
  Fit::Ties ties = Fit::Ties::ToEven;
};

/// Of an f32, of f64 of an f64: the nearest element, ties to even if not said; subnormal ones are
/// kept, NaN is quiet, and what is too large is infinite, or the largest element of a saturating
/// type. Integers have 0 for NaN.
mlir::Value store(Number value, char kind, Storing how = {});
/// What is stored, as a number again, where ties do not go to even: an element is none any more.
Number asElement(Number value, char kind, Fit::Ties ties);
/// store() of what is an element already, or NaN.
mlir::Value storeElement(Number element, char kind);

/// Whether NaN is quiet here, and no longer than in arguments that are stored as `kinds`.
bool hasShortNans(mlir::Value value, llvm::StringRef kinds);

/// Whether the function's result is such an element: chosen among its arguments, which are stored
/// as `kinds`, and constants.
bool isChosen(mlir::func::FuncOp function, llvm::StringRef kinds, char kind);

/// Whether elements are shorter than f32, so that rounding to f32 first may go wrong.
bool isNarrow(char kind);
bool isDouble(char kind);

/// `value`, an f64, as an f32 that store() rounds as it would have rounded `value` itself: cut off,
/// with an odd last bit where that was not exact.
Number roundToOdd(const Numbers &f32, Number value);

/// The lanes in which store() might give another element than for the true value, which `value`, an
/// f64, stands for with an error of `width`; of f32 also where one is NaN.
Mask isNearTie(const Numbers &f32, Number value, char kind, Number width);
/// The lanes in which store() might give another element if the value moved by so many of its ulps.
Mask isNearTie(Number value, char kind, unsigned ulps);
/// The same if it moved by `width` / `scale`, which is not divided out; also where one is NaN.
Mask isNearTie(Number value, char kind, Number width, Number scale);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_STORAGE_H
