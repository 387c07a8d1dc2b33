// Machine numbers while code is being built: `a * b + c` on these makes arith operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A Number is one float or a vector of floats, all of one width; products and sums are rounded one
// by one unless fma is called. Comparisons give masks. Nothing here is reordered by fast-math
// flags, for there are none.
#ifndef XPHI_COMPILER_LOWERING_NUMBERS_H
#define XPHI_COMPILER_LOWERING_NUMBERS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace xphi::compiler {

/// Where code goes and what a number is: f32 or f64, one or `lanes` of them.
class Numbers;

struct Number {
  const Numbers *numbers;
  mlir::Value value;
};

struct Mask {
  const Numbers *numbers;
  mlir::Value value;
};

class Numbers {
public:
  Numbers(mlir::OpBuilder &builder, mlir::Location location, mlir::FloatType element,
          unsigned lanes, bool isOfAvx2 = false)
      : builder(builder), location(location), element(element), lanes(lanes), isOfAvx2(isOfAvx2) {}

  mlir::OpBuilder &builder;
  const mlir::Location location;
  const mlir::FloatType element;
  const unsigned lanes;
  /// With forms that are best where eight floats are a register and sixteen registers all there
  /// are: the same bits are not needed elsewhere.
  const bool isOfAvx2;

  bool isDouble() const { return width() == 64; }
  unsigned width() const { return mlir::Type(element).getIntOrFloatBitWidth(); }
  mlir::Type type() const { return shaped(element); }
  /// The integers of the same width.
  mlir::Type bitsType() const { return shaped(builder.getIntegerType(width())); }
  mlir::Type shaped(mlir::Type scalar) const;

  Number wrap(mlir::Value value) const { return {this, value}; }
  Number constant(double value) const;
  mlir::Value bitsConstant(int64_t bits) const;

  template <class Op> Number make(mlir::ValueRange operands) const {
    return wrap(Op::create(builder, location, type(), operands));
  }
};

Number operator+(Number a, Number b);
Number operator-(Number a, Number b);
Number operator*(Number a, Number b);
Number operator/(Number a, Number b);
Number operator-(Number a);
Number operator+(double a, Number b);
Number operator-(double a, Number b);
Number operator-(Number a, double b);
Number operator*(double a, Number b);
Number operator/(double a, Number b);

/// a·b + c with one rounding.
Number fma(Number a, Number b, Number c);
Number abs(Number a);
Number sqrt(Number a);
/// The magnitude of `a` with the sign of `b`.
Number copysign(Number a, Number b);

/// Ordered comparisons: false where an operand is NaN.
Mask operator<(Number a, Number b);
Mask operator>(Number a, Number b);
Mask operator<=(Number a, Number b);
Mask operator==(Number a, Number b);
Mask operator<(Number a, double b);
Mask operator>(Number a, double b);
Mask operator==(Number a, double b);
Mask isNan(Number a);
Mask operator&(Mask a, Mask b);
Mask operator|(Mask a, Mask b);
Mask operator~(Mask a);
void joinTo(std::optional<Mask> &all, Mask more);
/// True where the mask holds in any lane: one bit for all lanes.
mlir::Value any(Mask mask);

Number select(Mask mask, Number a, Number b);
/// max(a, least) and min(a, most), where NaN stays NaN: one instruction each on x86.
Number atLeast(Number a, double least);
Number atMost(Number a, double most);

/// Σ cᵢ xⁱ by Horner's rule, lowest power first.
template <class Coefficients> Number polynomial(const Coefficients &c, Number x) {
  Number sum = x.numbers->constant(std::end(c)[-1]);
  for (auto i = std::end(c) - 1; i != std::begin(c);)
    sum = fma(sum, x, x.numbers->constant(*--i));
  return sum;
}

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_NUMBERS_H
