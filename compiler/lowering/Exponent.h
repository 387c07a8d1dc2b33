// What an exponential in f32 is of: a pair of floats, or a line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of k·x + c no pair has to be made: k·ln 2 is taken off c, which loses nothing, and the fma of x
// and this loses a unit of what is left, 2^-26 at most. So no part of the argument's size is lost.
#ifndef XPHI_COMPILER_LOWERING_EXPONENT_H
#define XPHI_COMPILER_LOWERING_EXPONENT_H

#include "lowering/PairArithmetic.h"

#include <optional>

namespace xphi::compiler {

/// k·x + c.
struct Line {
  Number x, k;
  std::optional<Number> kLow;
  std::optional<NumberPair> c; ///< high is a multiple of `unitOfShift`
};

class Exponent {
public:
  Exponent(NumberPair pair) : high(pair.high), low(pair.low) {}
  Exponent(Number high, Line line) : high(high), line(line) {}

  Exponent minusMagnitude() const;
  Exponent twice() const;

  Number high; ///< as one float
  std::optional<Number> low;
  std::optional<Line> line; ///< in place of low
};

Exponent operator-(const Exponent &x);

/// Where c of a line may lie, and what it is a multiple of, so that a multiple of ln 2's high part
/// is added exactly.
constexpr double mostShift = 32, unitOfShift = 0x1p-15;

/// Whether this operation's f32 form takes its argument, a pair, as a line: an input, in bounds
/// perhaps, times a constant, another input or what is made of parameters, and a constant.
bool takesLine(mlir::Operation *op);

/// The argument of what takes a line.
Exponent lineOf(mlir::Value argument, const Numbers &numbers, PairArithmetic &arithmetic);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_EXPONENT_H
