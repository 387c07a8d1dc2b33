// Fits on machines with permutations of a register (AVX2) or of two (AVX-512).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/FittedFunction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cassert>

using namespace mlir;

namespace xphi::compiler {
namespace {

// |x| or x, held at the ends of the table.
Number held(const Fit &fit, Number x) {
  return fit.form == Fit::Form::TwoSided ? atMost(atLeast(x, fit.low), fit.high)
                                         : atMost(abs(x), fit.high);
}

// index + segments/2, where its low bits count to segments/2 − 1 only.
Value otherHalfWhereNegative(const Fit &fit, Number x, Value index) {
  const Numbers &n = *x.numbers;
  OpBuilder &b = n.builder;
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), x.value);
  const int half = int(fit.segments) / 2;
  int shift = 31;
  for (int size = half; size > 1; size /= 2)
    --shift;
  Value moved = arith::ShRUIOp::create(b, n.location, bits, n.bitsConstant(shift)),
        other = arith::AndIOp::create(b, n.location, moved, n.bitsConstant(half));
  return arith::OrIOp::create(b, n.location, index, other);
}

std::optional<Mask> lanesOutside(const Fit &fit, Number x) {
  const bool below = fit.below == Fit::Beyond::Exact, above = fit.above == Fit::Beyond::Exact;
  if (below && above && fit.form != Fit::Form::TwoSided)
    return abs(x) > double(fit.high);
  std::optional<Mask> lanes;
  if (below)
    lanes = x < double(fit.low);
  if (above)
    lanes = lanes ? *lanes | (x > double(fit.high)) : x > double(fit.high);
  return lanes;
}

class FitCode {
public:
  FitCode(const Fit &fit, Number x) : fit(fit), x(x), n(*x.numbers) {}

  FittedValue emit() {
    Number p = polynomial();
    return {shape(p), lanesOutside(fit, x)};
  }

private:
  Number polynomial() {
    const Place place = placeOf(fit, x);
    Number d = place.t - lookUp(fit, fit.centres.data(), place);
    Number sum = lookUp(fit, row(fit.degree), place);
    for (unsigned power = fit.degree; power-- > 0;)
      sum = fma(sum, d, lookUp(fit, row(power), place));
    return sum;
  }

  const float *row(unsigned power) const { return &fit.table[power * fit.segments]; }

  // What tⁿ is of: x itself where f/tⁿ has settled beyond an end.
  Number factor(bool isSigned) {
    Number t = x;
    if (fit.below == Fit::Beyond::Constant)
      t = atLeast(t, fit.low);
    if (fit.above == Fit::Beyond::Constant)
      t = atMost(t, fit.high);
    return isSigned ? t : abs(t);
  }

  Number power(Number t, unsigned exponent) {
    Number result = t;
    for (unsigned i = 1; i < exponent; ++i)
      result = result * t;
    return result;
  }

  Number shape(Number p) {
    const unsigned order = fit.order;
    switch (fit.form) {
    case Fit::Form::Ramp: {
      Number ramp = atLeast(x, 0);
      return order == 0 ? ramp + p : fma(power(held(fit, x), order), p, ramp);
    }
    case Fit::Form::Fall: {
      Number fall = atMost(x, 0);
      return order == 0 ? fall + p : fma(power(held(fit, x), order), p, fall);
    }
    case Fit::Form::Reflect:
      return select(x > 0.0, double(fit.sum) - p, p);
    case Fit::Form::Odd:
      return order == 1 ? factor(true) * p : factor(true) * power(factor(false), order - 1) * p;
    case Fit::Form::Even:
    case Fit::Form::Halves:
      return order == 0 ? p : power(factor(false), order) * p;
    case Fit::Form::TwoSided:
      return order == 0 ? p : power(factor(true), order) * p;
    }
    return p;
  }

  const Fit &fit;
  const Number x;
  const Numbers &n;
};

} // namespace

Place placeOf(const Fit &fit, Number x) {
  const Numbers &n = *x.numbers;
  Number t = held(fit, x);
  // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits.
  Number rounded = fma(t, n.constant(1 / fit.step), n.constant(0x1.8p23));
  Value index = arith::BitcastOp::create(n.builder, n.location, n.bitsType(), rounded.value);
  if (fit.form == Fit::Form::Halves)
    index = otherHalfWhereNegative(fit, x, index);
  return {t, index};
}

// Of each lane's index only the low bits count.
Number lookUp(const Fit &fit, const float *row, const Place &place) {
  const Numbers &n = *place.t.numbers;
  OpBuilder &b = n.builder;
  auto table = [&](unsigned first) -> Value {
    auto type = cast<VectorType>(n.type());
    return arith::ConstantOp::create(b, n.location,
                                     DenseElementsAttr::get(type, ArrayRef(row + first, n.lanes)));
  };
  auto call = [&](const char *name, ValueRange operands) {
    return n.wrap(
        LLVM::CallIntrinsicOp::create(b, n.location, n.type(), b.getStringAttr(name), operands)
            .getResult(0));
  };
  if (n.lanes == 8)
    return call("llvm.x86.avx2.permps", {table(0), place.index});
  assert(n.lanes == 16 && fit.segments == 32 && "a look-up in two registers");
  return call("llvm.x86.avx512.vpermi2var.ps.512", {table(0), place.index, table(16)});
}

FittedValue evaluateFit(const Fit &fit, Number x) { return FitCode(fit, x).emit(); }

unsigned segmentsFor(unsigned lanes) { return lanes == 16 ? 32 : lanes == 8 ? 8 : 0; }

} // namespace xphi::compiler
