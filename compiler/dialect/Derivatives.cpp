// The derivative rule of every operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rules are written in the form that is stable to compute, not the textbook's: tanh' is 1/cosh²,
// not 1 − tanh²; the logistic function's is σ(x)σ(−x). A corner has the mean of the slopes beside
// it, as in PyTorch and JAX. Sources: Abramowitz & Stegun ch. 4 and 7 unless stated.
#include "dialect/Algebra.h"
#include "dialect/XphiDialect.h"

using namespace mlir;

namespace xphi::compiler {

// The chain rule: slope(algebra, x) times the tangent, or nothing where the tangent is zero.
template <class Slope>
static Value chain(Operation *op, OpBuilder &builder, ArrayRef<Value> tangents, Slope slope) {
  if (!tangents[0])
    return {};
  Algebra algebra(builder, op->getLoc());
  return algebra.chain(slope(algebra, op->getOperand(0)), tangents[0]);
}

#define XPHI_SLOPE(OP, FORMULA)                                                                    \
  Value OP::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {                          \
    return chain(*this, builder, tangents, [](Algebra &a, Value x) -> Value { return FORMULA; });  \
  }
#define XPHI_FLAT(OP)                                                                              \
  Value OP::differentiate(OpBuilder &, ArrayRef<Value>) { return {}; }

//===- Arithmetic
//--------------------------------------------------------------------------------===//

Value AddOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  return Algebra(builder, getLoc()).addTangents(tangents[0], tangents[1]);
}

Value SubOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  Algebra a(builder, getLoc());
  auto minus = [&](Value part) { return a.neg(part); };
  return a.addTangents(tangents[0], a.onTangent(tangents[1], minus));
}

Value NegOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  Algebra a(builder, getLoc());
  return a.onTangent(tangents[0], [&](Value part) { return a.neg(part); });
}

Value MulOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  Algebra a(builder, getLoc());
  return a.addTangents(a.chain(getRhs(), tangents[0]), a.chain(getLhs(), tangents[1]));
}

// (u'v − uv')/v²: over one denominator, so that what cancels in the numerator is seen.
Value DivOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  Algebra a(builder, getLoc());
  if (!tangents[1])
    return a.onTangent(tangents[0], [&](Value part) { return a.div(part, getRhs()); });
  Value numerator = a.sub(a.chain(getRhs(), tangents[0]), a.chain(getLhs(), tangents[1]));
  return a.div(numerator, a.square(getRhs()));
}

// v·u^(v−1)·u' + u^v·log(u)·v'. As in PyTorch x^0 is flat, and so is 0^y for y ≥ 0.
Value PowOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  Algebra a(builder, getLoc());
  Value base = getLhs(), exponent = getRhs(), viaBase, viaExponent;
  if (tangents[0]) {
    Value lower = a.make<PowOp>(base, a.sub(exponent, a.constant(1)));
    viaBase = a.chain(a.mul(exponent, lower), tangents[0]);
    if (!constantValue(exponent)) {
      // Flat where 0·∞ would follow, and only there: higher derivatives see what else is 0.
      Value infinite = a.compare(Predicate::Equal, base, a.constant(0));
      if (!constantValue(tangents[0]))
        infinite = a.make<OrOp>(infinite, a.isInfinite(tangents[0]));
      Value isZero = a.compare(Predicate::Equal, exponent, a.constant(0));
      viaBase = a.flatWhere(a.make<AndOp>(isZero, infinite), viaBase);
    }
  }
  if (tangents[1]) {
    viaExponent = a.chain(a.mul(getResult(), a.make<LogOp>(base)), tangents[1]);
    if (constantValue(base).value_or(0) == 0) {
      Value zero = a.compare(Predicate::Equal, base, a.constant(0));
      Value flat = a.compare(Predicate::GreaterEqual, exponent, a.constant(0));
      viaExponent = a.select(a.make<AndOp>(zero, flat), Value(), viaExponent);
    }
  }
  return a.addTangents(viaBase, viaExponent);
}

// The derivative of the operand that wins; of both, half and half, where they are equal.
static Value chosen(Operation *op, OpBuilder &builder, ArrayRef<Value> tangents, Predicate wins) {
  Algebra a(builder, op->getLoc());
  Value left = op->getOperand(0), right = op->getOperand(1);
  auto half = [&](Value part) { return a.mul(a.constant({1, 2}), part); };
  Value tie = a.addTangents(a.onTangent(tangents[0], half), a.onTangent(tangents[1], half));
  Value winner = a.select(a.compare(wins, left, right), tangents[0], tangents[1]);
  if (constantValue(left)) // as a `kink` says it
    std::swap(left, right);
  return a.select(a.compare(Predicate::Equal, left, right), tie, winner);
}

Value MinOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  return chosen(*this, builder, tangents, Predicate::Less);
}

Value MaxOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  return chosen(*this, builder, tangents, Predicate::Greater);
}

Value SelectOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  return Algebra(builder, getLoc()).select(getCondition(), tangents[1], tangents[2]);
}

// What the definition says: the value's own derivative does not count.
Value CustomGradientOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  Algebra a(builder, getLoc());
  Value sum;
  for (auto [gradient, tangent] : llvm::zip(getGradients(), tangents.drop_front()))
    // Where a branch of the gradient is zero, as beside a kink, a steep tangent changes nothing.
    sum = a.addTangents(sum,
                        a.onTangent(gradient, [&](Value part) { return a.chain(part, tangent); }));
  return sum;
}

XPHI_SLOPE(AbsOp, a.cornerSign(x))
XPHI_FLAT(SignOp)
XPHI_FLAT(StepOp)
XPHI_FLAT(FloorOp)
XPHI_FLAT(CeilOp)
XPHI_FLAT(RoundOp)
XPHI_SLOPE(SqrtOp, a.div(a.constant({1, 2}), a.make<SqrtOp>(x)))
XPHI_SLOPE(RsqrtOp, a.neg(a.div(a.make<RsqrtOp>(x), a.mul(a.constant(2), x))))
XPHI_SLOPE(CbrtOp, a.div(a.make<CbrtOp>(x), a.mul(a.constant(3), x)))

//===- Exponential and logarithm
//-----------------------------------------------------------------===//

XPHI_SLOPE(ExpOp, a.make<ExpOp>(x))
XPHI_SLOPE(Exp2Op, a.mul(a.make<LogOp>(a.constant(2)), a.make<Exp2Op>(x)))
XPHI_SLOPE(Expm1Op, a.make<ExpOp>(x))
XPHI_SLOPE(LogOp, a.div(a.constant(1), x))
XPHI_SLOPE(Log2Op, a.div(a.constant(1), a.mul(a.make<LogOp>(a.constant(2)), x)))
XPHI_SLOPE(Log1pOp, a.div(a.constant(1), a.add(a.constant(1), x)))
// 1/(1 − e⁻ˣ)
XPHI_SLOPE(Log1mexpOp, a.neg(a.div(a.constant(1), a.make<Expm1Op>(a.neg(x)))))
Value LogAddExpOp::differentiate(OpBuilder &builder, ArrayRef<Value> tangents) {
  Algebra a(builder, getLoc());
  auto slope = [&](Value from, Value to) { return a.make<SigmoidOp>(a.sub(from, to)); };
  return a.addTangents(tangents[0] ? a.chain(slope(getLhs(), getRhs()), tangents[0]) : Value(),
                       tangents[1] ? a.chain(slope(getRhs(), getLhs()), tangents[1]) : Value());
}
XPHI_SLOPE(SoftplusOp, a.make<SigmoidOp>(x))
XPHI_SLOPE(SigmoidOp, a.make<LogisticPdfOp>(x))
// σσ(−x) = 1/(4 cosh²(x/2)), so its logarithmic derivative is −tanh(x/2).
XPHI_SLOPE(LogisticPdfOp,
           a.neg(a.mul(a.make<LogisticPdfOp>(x), a.make<TanhOp>(a.mul(a.constant({1, 2}), x)))))

//===- Hyperbolic functions
//----------------------------------------------------------------------===//

XPHI_SLOPE(SinhOp, a.make<CoshOp>(x))
XPHI_SLOPE(CoshOp, a.make<SinhOp>(x))
XPHI_SLOPE(TanhOp, a.make<Sech2Op>(x))
XPHI_SLOPE(Sech2Op, a.neg(a.mul(a.mul(a.constant(2), a.make<TanhOp>(x)), a.make<Sech2Op>(x))))
XPHI_SLOPE(AsinhOp, a.make<RsqrtOp>(a.add(a.square(x), a.constant(1))))
XPHI_SLOPE(AcoshOp, a.make<RsqrtOp>(a.mul(a.sub(x, a.constant(1)), a.add(x, a.constant(1)))))
XPHI_SLOPE(AtanhOp, a.div(a.constant(1), a.mul(a.sub(a.constant(1), x), a.add(a.constant(1), x))))

static Value slopeOfTanhSoftplus(Algebra &a, Value x) {
  return a.mul(a.make<Sech2Op>(a.make<SoftplusOp>(x)), a.make<SigmoidOp>(x));
}
XPHI_SLOPE(TanhSoftplusOp, slopeOfTanhSoftplus(a, x))
// With s the slope of t = tanh(softplus(x)), s' = s (σ(−x) − 2 t σ(x)).
XPHI_SLOPE(MishSlopeOp,
           a.mul(slopeOfTanhSoftplus(a, x),
                 a.add(a.constant(2),
                       a.mul(x, a.sub(a.make<SigmoidOp>(a.neg(x)),
                                      a.mul(a.mul(a.make<TanhSoftplusOp>(x), a.constant(2)),
                                            a.make<SigmoidOp>(x)))))))
XPHI_SLOPE(TanhshrinkOp, a.square(a.make<TanhOp>(x)))

//===- Normal distribution
//-----------------------------------------------------------------------===//

static Value twoOverRootPi(Algebra &a, Value factor) {
  return a.mul(a.div(a.constant(2), a.make<SqrtOp>(a.pi())), factor);
}
XPHI_SLOPE(ErfOp, twoOverRootPi(a, a.make<ExpOp>(a.neg(a.square(x)))))
XPHI_SLOPE(ErfcOp, a.neg(twoOverRootPi(a, a.make<ExpOp>(a.neg(a.square(x))))))
XPHI_SLOPE(ErfcxOp, a.make<ErfcxSlopeOp>(x))
XPHI_SLOPE(ErfcxSlopeOp,
           a.mul(a.add(a.make<ErfcxOp>(x), a.mul(x, a.make<ErfcxSlopeOp>(x))), a.constant(2)))
XPHI_SLOPE(LogErfcOp, a.neg(a.div(twoOverRootPi(a, a.constant(1)), a.make<ErfcxOp>(x))))
// φ/Φ, both of which underflow, is √(2/π)/erfcx(−x/√2).
XPHI_SLOPE(LogNormalCdfOp,
           a.div(a.make<SqrtOp>(a.div(a.constant(2), a.pi())),
                 a.make<ErfcxOp>(a.neg(a.mul(x, a.make<SqrtOp>(a.constant({1, 2})))))))
XPHI_SLOPE(NormalCdfOp, a.make<NormalPdfOp>(x))
XPHI_SLOPE(NormalPdfOp, a.neg(a.mul(x, a.make<NormalPdfOp>(x))))
XPHI_SLOPE(GeluOp, a.make<GeluSlopeOp>(x))
XPHI_SLOPE(GeluSlopeOp, a.mul(a.sub(a.constant(2), a.square(x)), a.make<NormalPdfOp>(x)))

//===- Trigonometric functions
//-------------------------------------------------------------------===//

XPHI_SLOPE(SinOp, a.make<CosOp>(x))
XPHI_SLOPE(CosOp, a.neg(a.make<SinOp>(x)))
XPHI_SLOPE(TanOp, a.div(a.constant(1), a.square(a.make<CosOp>(x))))
// (1 − x)(1 + x) does not cancel near ±1, as 1 − x² does.
XPHI_SLOPE(AsinOp, a.make<RsqrtOp>(a.mul(a.sub(a.constant(1), x), a.add(x, a.constant(1)))))
XPHI_SLOPE(AcosOp, a.neg(a.make<RsqrtOp>(a.mul(a.sub(a.constant(1), x), a.add(x, a.constant(1))))))
XPHI_SLOPE(AtanOp, a.div(a.constant(1), a.add(a.square(x), a.constant(1))))

} // namespace xphi::compiler
