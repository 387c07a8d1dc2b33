// Elementary functions as straight code: polynomials, fma, and no call.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Elementary.h"

#include "approx/Coefficients.h"
#include "approx/MillsRatio.h"
#include "dialect/Attributes.h"
#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"
#include "lowering/Exponential.h"
#include "lowering/NormalDistribution.h"
#include "lowering/OrderedQuotient.h"
#include "lowering/Power.h"
#include "lowering/Trigonometry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cfloat>
#include <cmath>
#include <limits>
#include <numbers>

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler {

//===- Logarithm
//---------------------------------------------------------------------------------===//

// log of z > 0, finite. With `small`, z = 1 + small was rounded, and `small` itself is used where
// z's exponent is 0, so that log1p keeps its digits near 0.
static Number logOfPositive(Number z, std::optional<Number> small = std::nullopt) {
  const Numbers &n = *z.numbers;
  OpBuilder &b = n.builder;
  auto ints = [&](auto op, Value x, Value y) {
    return decltype(op)::create(b, n.location, x, y).getResult();
  };
  // z = m·2^k with m in [√½, √2).
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), z.value);
  Value offset = ints(arith::SubIOp(), bits, n.bitsConstant(0x3fe6a09e667f3bcd));
  Value exponent = ints(arith::ShRSIOp(), offset, n.bitsConstant(52));
  Value scaled = ints(arith::ShLIOp(), exponent, n.bitsConstant(52));
  Number m = n.make<arith::BitcastOp>(ints(arith::SubIOp(), bits, scaled));
  // k as a float: put its bits below those of 1.5·2^52.
  Value shifted = ints(arith::AddIOp(), exponent, n.bitsConstant(0x4338000000000000));
  Number k = n.make<arith::BitcastOp>(shifted) - roundF64;

  Number f = m - 1.0;
  if (small)
    f = select(k == 0.0, *small, f);
  Number s = f / (2.0 + f), s2 = s * s;
  Number tail = fma(k, n.constant(ln2LowF64), s * (s2 * polynomial(logF64, s2)));
  return fma(k, n.constant(ln2HighF64), tail + 2.0 * s);
}

PartsOfF32 partsOfF32(Number x) {
  const Numbers &n = *x.numbers;
  OpBuilder &b = n.builder;
  auto ints = [&](auto op, Value x, Value y) {
    return decltype(op)::create(b, n.location, x, y).getResult();
  };
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), x.value);
  Value offset = ints(arith::SubIOp(), bits, n.bitsConstant(0x3f3504f3));
  Value exponent = ints(arith::ShRSIOp(), offset, n.bitsConstant(23));
  Value scaled = ints(arith::ShLIOp(), exponent, n.bitsConstant(23));
  return {n.make<arith::BitcastOp>(ints(arith::SubIOp(), bits, scaled)), exponent};
}

Number smallInteger(const Numbers &f32, Value integer) {
  Value shifted =
      arith::AddIOp::create(f32.builder, f32.location, integer, f32.bitsConstant(0x4b400000));
  return f32.make<arith::BitcastOp>(shifted) - roundF32;
}

// The logarithm in f32, of normal numbers. f − f²/2 is exact enough for f to be rounded once
// (fdlibm's logf).
static Number logF32OfNormal(Number x) {
  const Numbers &n = *x.numbers;
  const auto [m, exponent] = partsOfF32(x);
  Number f = m - 1.0, k = smallInteger(n, exponent);

  Number s = f / (2.0 + f), s2 = s * s, half = 0.5 * (f * f);
  Number rest = fma(s, fma(s2, polynomial(logF32, s2), half), k * n.constant(ln2LowF32));
  Number log = fma(k, n.constant(ln2HighF32), f - (half - rest));
  return select(x < 0.0, n.constant(std::numeric_limits<double>::quiet_NaN()), log);
}

static Number withLimitsOfLog(Number z, Number log) {
  const Numbers &n = *z.numbers;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double beyond = 0x1p499; // LowerToBody's stand-in for infinity is larger
  Number outside =
      select(z == 0.0, n.constant(-infinity), n.constant(std::numeric_limits<double>::quiet_NaN()));
  return select(z > 0.0, select(z > beyond, n.constant(infinity), log), outside);
}

static Number log(Number x) {
  return x.numbers->isDouble() ? withLimitsOfLog(x, logOfPositive(x)) : logF32OfNormal(x);
}

static Number log1p(Number x) {
  Number z = 1.0 + x;
  return copysign(withLimitsOfLog(z, logOfPositive(z, x)), x); // −0 too
}

//===- Logistic function
//-------------------------------------------------------------------------===//

static unsigned inputsOf(func::FuncOp function) {
  return unsigned(llvm::count_if(function.getArguments(), [&](BlockArgument argument) {
    return function.getArgAttr(argument.getArgNumber(), inputName) &&
           !function.getArgAttr(argument.getArgNumber(), cotangentName);
  }));
}

static bool isOfOneNumber(func::FuncOp function) {
  const unsigned gradient = llvm::any_of(function.getArguments(), isIncomingGradient);
  return inputsOf(function) == 1 && function.getNumArguments() == 1 + gradient;
}

/// Whether a function of one input goes where this goes.
static bool isToBeInOrder(Operation *op) {
  return inputsOf(op->getParentOfType<func::FuncOp>()) == 1 && isOnlyMoved(op->getResult(0));
}

// Whether something else is made of e^−|x|, too. Of a derivative in one of several numbers that is
// so by rule: other gradients are evaluated beside it, or not, and it has the same bits.
static bool sharesDecay(Operation *op) {
  auto function = op->getParentOfType<func::FuncOp>();
  if (said(function, derivativeName) && !isOfOneNumber(function))
    return true;
  const auto isMadeOf = [op](Value x) {
    return llvm::any_of(x.getUsers(), [op](Operation *user) {
      return user != op &&
             isa<SigmoidOp, LogisticPdfOp, SoftplusOp, TanhSoftplusOp, MishSlopeOp>(user);
    });
  };
  Value x = op->getOperand(0);
  if (auto negated = x.getDefiningOp<NegOp>(); negated && isMadeOf(negated.getOperand()))
    return true;
  return isMadeOf(x) || llvm::any_of(x.getUsers(), [&](Operation *user) {
           return isa<NegOp>(user) && isMadeOf(user->getResult(0));
         });
}

bool takesAnyFloat(Operation *op, const Numbers &numbers) {
  return numbers.isOfAvx2 && (isa<TanhOp>(op) || (isa<SigmoidOp>(op) && !sharesDecay(op))) &&
         isa<BlockArgument>(op->getOperand(0)) && llvm::all_of(op->getUsers(), [](Operation *user) {
           return user->hasTrait<OpTrait::IsTerminator>();
         });
}

/// e^−|x| of a pair or a line in f32, where it may fade as a float that does not: what is made of
/// that is lowered at last.
struct Decay {
  explicit Decay(Number e) : mayFade(false), over(e), plain(e) {}
  Decay(const Exponent &x, bool mayFade)
      : mayFade(mayFade), over(mayFade ? raisedExp(x) : exp(x)),
        plain(mayFade ? loweredToNormal(over) : over) {}

  const bool mayFade;
  const Number over, plain; // as a numerator, and beside what is larger

  Number one() const { return over.numbers->constant(mayFade ? 0x1p24 : 1); }
  Number result(Number of) const { return mayFade ? lowered(of) : of; }
};

// Where e is less than 0.6, e − e·(e/(1 + e)) takes off so little that its rounding is less than a
// step of e; from there on 1 − 1/(1 + e), no operation of which goes back. With that border, as
// with 0.5, none of all floats e has a result that lies below the one before.
static Number logisticInOrder(Mask isAbove, const Decay &e) {
  constexpr double small = 0.6;
  const Number one = e.over.numbers->constant(1);
  const Mask isSmall = e.plain < small;
  Number first = select(isSmall, e.over, e.one()), plain = select(isSmall, e.plain, one),
         quotient = select(isAbove, e.one(), plain) / (1.0 + e.plain);
  return select(isAbove, quotient, fma(-first, quotient, first));
}

// 1/(1 + e) or e/(1 + e) with e = e^−|x|, which the density and softplus share. Where they do not,
// what is cheaper and keeps the order.
static Number sigmoid(Operation *op, Number x) {
  if (!x.numbers->isDouble() && !sharesDecay(op))
    return logisticF32(x, takesAnyFloat(op, *x.numbers));
  Number e = exp(-abs(x)), one = x.numbers->constant(1);
  if (!x.numbers->isDouble() && isToBeInOrder(op))
    return logisticInOrder(x > 0.0, Decay(e));
  return select(x > 0.0, one, e) / (1.0 + e);
}

// With e = e^−|x|: e/(1 + e)², the square multiplied out and rounded once.
static Number logisticPdf(Number x) {
  Number e = exp(-abs(x));
  return e / fma(e, 2.0 + e, x.numbers->constant(1));
}

static Number softplus(Number x) {
  Number e = exp(-abs(x));
  if (!x.numbers->isDouble())
    return atLeast(x, 0) + fma(e * e, polynomial(log1pF32, e), e);
  return atLeast(x, 0) + logOfPositive(1.0 + e, e);
}

// Infinities of one sign have no difference.
Number logAddExp(Number a, Number b) {
  const Numbers &n = *a.numbers;
  Number difference = select(a == b, n.constant(0), a - b), e = exp(-abs(difference));
  return select((a > b) | isNan(a), a, b) + logOfPositive(1.0 + e, e);
}

static Number sigmoid(Operation *op, const Exponent &x, bool mayFade) {
  const Decay e(x.minusMagnitude(), mayFade);
  if (isToBeInOrder(op))
    return e.result(logisticInOrder(x.high > 0.0, e));
  return e.result(select(x.high > 0.0, e.one(), e.over) / (1.0 + e.plain));
}

static Number logisticPdf(const Exponent &x, bool mayFade) {
  const Decay e(x.minusMagnitude(), mayFade);
  return e.result(e.over / fma(e.plain, 2.0 + e.plain, x.high.numbers->constant(1)));
}

// The square of e^−|x| may be no normal number, which costs time.
static Number softplus(NumberPair x, bool mayFade) {
  const Decay e(Exponent(x).minusMagnitude(), mayFade);
  Number zero = x.high.numbers->constant(0),
         rest = fma(e.plain, e.plain * polynomial(log1pF32, e.plain), e.plain),
         sum = atLeast(x.high, 0) + (select(x.high > 0.0, x.low, zero) + rest);
  constexpr double faded = -80; // where it is e^x
  return mayFade ? select(x.high < faded, lowered(e.over), sum) : sum;
}

static Number sech2(const Exponent &x, bool mayFade) {
  const Decay e(x.minusMagnitude().twice(), mayFade);
  return e.result(4.0 * e.over / fma(e.plain, 2.0 + e.plain, x.high.numbers->constant(1)));
}

static Number log1mexp(Number x) {
  Number z = -expm1(x);
  return withLimitsOfLog(z, logOfPositive(z, -exp(x)));
}

// Below 0 Φ is exp(−x²/2) times a tame ratio, above it is 1 less the other tail.
static Number logNormalCdf(Number x) {
  Number tail = normalCdf(-abs(x));
  Mask negative = x < 0.0;
  Number z = select(negative, millsRatio(abs(x)), 1.0 - tail);
  Number log = logOfPositive(z, -tail) - select(negative, 0.5 * (x * x), x.numbers->constant(0));
  return select(isNan(x), x, log);
}

// From ½ on erfc is exp(−x²) times a tame ratio.
static Number logErfc(Number x) {
  Number inside = erf(x);
  Mask outside = x > 0.5;
  Number z = select(outside, 2.0 * millsRatio(std::numbers::sqrt2 * abs(x)), 1.0 - inside);
  Number log = logOfPositive(z, -inside) - select(outside, x * x, x.numbers->constant(0));
  return select(isNan(x), x, log);
}

// With q = e^−|x|, tanh(log(1 + eˣ)) is (1 + 2q)/(1 + 2q + 2q²) for x > 0 and
// (2q + q²)/(2 + 2q + q²) for x ≤ 0.
static Number tanhSoftplus(Number x) {
  Number q = exp(-abs(x)), two = x.numbers->constant(2), twice = two * q;
  Mask positive = x > 0.0;
  Number p = select(positive, 1.0 + twice, fma(q, q, twice));
  return p / (p + select(positive, twice * q, two));
}

// u/q below, a polynomial in q.
constexpr double mishSlopeRest[] = {1, 2, 1, 0.25};

// The derivative of x·tanh(softplus(x)) as a + b/c, where a is nearly exact and most of it in the
// tails. For x > 0, with d = 1 + 2q + 2q²: 1 + 2q²(2x(1 + q) − d)/d². For x ≤ 0, with
// t = q + q²/2 and u = (1 + t)² − 1 − q: xq + (t + t² − xqu)/(1 + t)².
static Number mishSlope(Number x) {
  Number exponent = -abs(x), q = exp(exponent), one = x.numbers->constant(1);
  Number twice = 2.0 * q, d = fma(twice, q, 1.0 + twice);
  Number aboveZero = twice * q * fma(2.0 * x, 1.0 + q, -d);
  Number product = timesExp(x, exponent), t = fma(0.5 * q, q, q);
  Number u = q * polynomial(mishSlopeRest, q);
  Number belowZero = fma(-product, u, fma(t, t, t));
  Mask positive = x > 0.0;
  Number slope = select(positive, one, product) +
                 select(positive, aboveZero, belowZero) / select(positive, d * d, 1.0 + q + u);
  if (x.numbers->isDouble())
    return slope;
  // Where the rounding errors of q and t would add up.
  Mask between = ~(positive | (x < -2.0));
  return select(between, polynomial(mishSlopeF32, 1.0 + x), slope);
}

//===- Hyperbolic functions
//----------------------------------------------------------------------===//

static Number sech2(Number x) {
  Number e = exp(-2.0 * abs(x));
  return 4.0 * e / fma(e, 2.0 + e, x.numbers->constant(1));
}

static Number sinh(Number x) {
  Number em = expm1(abs(x));
  return copysign(0.5 * (em + em / (1.0 + em)), x);
}

static Number cosh(Number x) {
  Number e = exp(abs(x));
  return 0.5 * (e + 1.0 / e);
}

// x − tanh(x) = x³ P(x²) near 0, where the difference cancels.
static Number tanhshrink(Number x) {
  Number s = x * x;
  return select(abs(x) < 0.5, x * s * polynomial(tanhshrinkF64, s), x - tanh(x));
}

// log(a + √(a² + 1)) = log1p(a + a²/(1 + √(a² + 1))), a = |x|.
static Number asinh(Number x) {
  Number a = abs(x), s = a * a;
  return copysign(log1p(a + s / (1.0 + sqrt(1.0 + s))), x);
}

static Number acosh(Number x) {
  Number u = x - 1.0;
  return log1p(u + sqrt(u) * sqrt(1.0 + x)); // no number for x < 1
}

static Number atanh(Number x) {
  Number a = abs(x);
  return copysign(0.5 * log1p(2.0 * a / (1.0 - a)), x);
}

//===- Powers and pieces
//-------------------------------------------------------------------------===//

static Number cbrt(Number x) {
  Number root = exp((1.0 / 3) * logOfPositive(abs(x)));
  return select(abs(x) > 0.0,
                select(abs(x) == std::numeric_limits<double>::infinity(), x, copysign(root, x)), x);
}

static Number sign(Number x) {
  Number one = x.numbers->constant(1), minusOne = x.numbers->constant(-1);
  return select(x > 0.0, one, select(x < 0.0, minusOne, x)); // ±0 and NaN are left
}

static Number step(Number x) {
  Number one = x.numbers->constant(1), zero = x.numbers->constant(0);
  return select(x < 0.0, zero, select(isNan(x), x, one));
}

static Number integerPower(Number a, unsigned exponent) {
  Number result = a;
  bool started = false;
  for (Number square = a;; square = square * square) {
    if (exponent & 1)
      result = started ? result * square : square;
    started = started || (exponent & 1);
    exponent >>= 1;
    if (exponent == 0)
      return result;
  }
}

IntegralPart integralPart(Value exponent) {
  IntegralPart part{exponent};
  while (Operation *sum = part.value.getDefiningOp()) {
    std::optional<double> shift =
        isa<AddOp, SubOp>(sum) ? constantValue(sum->getOperand(1)) : std::nullopt;
    if (!shift || std::fabs(*shift) > 64 || *shift != std::floor(*shift) ||
        constantValue(part.value))
      break;
    part = {sum->getOperand(0), part.isShifted != (std::fmod(*shift, 2) != 0)};
  }
  return part;
}

Number power(Number a, Number b, std::optional<double> exponent, Number integral, bool isShifted) {
  const Numbers &n = *a.numbers;
  if (exponent && *exponent == 0)
    return n.constant(1);
  if (exponent && std::abs(*exponent) <= 64 && *exponent == std::floor(*exponent)) {
    Number result = integerPower(a, unsigned(std::abs(*exponent)));
    return *exponent < 0 ? 1.0 / result : result;
  }
  if (exponent && std::abs(*exponent) == 0.5)
    return *exponent < 0 ? 1.0 / sqrt(a) : sqrt(a);

  Number magnitude = exp(b * log(abs(a)));
  Number result = withSignOfPower(magnitude, a, parityOf(integral, isShifted));
  return select(b == 0.0, n.constant(1), result);
}

//===- The table
//---------------------------------------------------------------------------------===//

static std::optional<FastFunction> fastFunctionOfLine(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<FastFunction>>(op)
      .Case([](ExpOp) { return FastFunction{70, 1.2, 1.67, 1e-35, 3e30, 16, 0, {}, 69, true}; })
      .Case([&](SigmoidOp) {
        return FastFunction{FLT_MAX, sharesDecay(op) ? 2.45 : 2.6, 3.1, 1e-35, 1, 24, 0, {}, 80};
      })
      .Case(
          [](LogisticPdfOp) { return FastFunction{FLT_MAX, 2.6, 3.1, 1e-35, 0.25, 27, 0, {}, 80}; })
      .Case([](Sech2Op) { return FastFunction{FLT_MAX, 2.6, 3.1, 1e-35, 1, 28, 0, {}, 40}; })
      .Default([](Operation *) { return std::nullopt; });
}

constexpr FastFunction ofWave{0x1p13, 2.12, 3.4, 0, 1, 17};
// What a pair of floats lacks, 2^-44 of it, is more of a wave next to its zeros.
constexpr double apartOfWave = 0x1p-20;

static std::optional<FastFunction> fastFunctionOfPair(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<FastFunction>>(op)
      .Case([](ExpOp) { return FastFunction{70, 1.04, 1.42, 1e-35, 3e30, 25, 0, {}, 69, true}; })
      .Case([](Expm1Op) { return FastFunction{80, 1.77, 2.04, 0, 6e34, 25, 0, {}, {}, true}; })
      .Case([](SigmoidOp) { return FastFunction{FLT_MAX, 2.41, 3, 1e-35, 1, 34, 0, {}, 80}; })
      .Case([](SoftplusOp) {
        return FastFunction{FLT_MAX, 1.92, 2.63, 1e-35, FLT_MAX, 48, 0, {}, 80};
      })
      .Case(
          [](LogisticPdfOp) { return FastFunction{FLT_MAX, 2.44, 3, 1e-35, 0.25, 36, 0, {}, 80}; })
      .Case([](TanhOp) { return FastFunction{FLT_MAX, 2.84, 3.3, 0, 1, 31}; })
      .Case([](Sech2Op) { return FastFunction{FLT_MAX, 2.44, 3, 1e-35, 1, 37, 0, {}, 40}; })
      .Case([](NormalPdfOp) { return FastFunction{13, 1.34, 2.3, 7e-38, 0.4, 27}; })
      .Case([](NormalCdfOp) { return FastFunction{MillsSegments::end, 2.05, 2.5, 2e-38, 1, 46}; })
      .Case<SinOp, CosOp>([](auto wave) {
        FastFunction result = ofWave;
        if (!isExactPair(wave->getOperand(0)))
          result.apart = apartOfWave;
        return result;
      })
      .Default([](Operation *) { return std::nullopt; });
}

std::optional<FastFunction> fineFunction(Operation *op) {
  if (isa<SinOp, CosOp>(op))
    return FastFunction{0x1p13, 0.77, 1.16, 0, 1, 42, 0, {}, {}, false, apartOfWave};
  return std::nullopt;
}

std::optional<FastFunction> fastFunction(Operation *op) {
  if (op->hasAttr(fineName))
    return fineFunction(op);
  if (takesLine(op))
    return fastFunctionOfLine(op);
  if (takesPair(op))
    if (std::optional<FastFunction> ofPair = fastFunctionOfPair(op))
      return ofPair;
  return llvm::TypeSwitch<Operation *, std::optional<FastFunction>>(op)
      .Case([](ExpOp) { return FastFunction{80, 1.04, 1.42, 1e-35, 6e34, 13}; })
      .Case([](Expm1Op) { return FastFunction{80, 1.54, 2.04, 0, 6e34, 16}; })
      .Case([](SigmoidOp) { return FastFunction{80, 2.57, 3, 1e-35, 1, 18}; })
      .Case([](SoftplusOp) { return FastFunction{80, 1.85, 2.63, 1e-35, 80.1, 36}; })
      .Case([](TanhSoftplusOp) { return FastFunction{80, 3.27, 3.95, 1e-35, 1, 27}; })
      .Case([](MishSlopeOp) { return FastFunction{80, 3.47, 6.94, 0, 1.1, 77, 0.4}; })
      .Case([](LogisticPdfOp) { return FastFunction{80, 2.38, 2.99, 1e-35, 0.25, 24}; })
      .Case<SinOp, CosOp>([](auto) { return ofWave; })
      .Case([](LogOp) { return FastFunction{FLT_MAX, 1.5, 3, 0, 89, 22, 0, FLT_MIN}; })
      .Case([](Log2Op) { return FastFunction{FLT_MAX, 2.5, 5, 0, 129, 23, 0, FLT_MIN}; })
      .Case([](TanhOp) { return FastFunction{40, 2.50, 2.97, 0, 1, 21}; })
      .Case([](Sech2Op) { return FastFunction{40, 2.38, 2.99, 1e-35, 1, 25}; })
      .Case([](NormalCdfOp) { return FastFunction{12, 3.93, 7.86, 1e-33, 1, 27}; })
      .Case([](NormalPdfOp) { return FastFunction{12, 1.31, 2.24, 1e-32, 0.4, 15}; })
      .Case([](GeluOp) { return FastFunction{12, 3.83, 7.66, 0, 12, 27}; })
      .Case([](GeluSlopeOp) { return FastFunction{12, 3.78, 7.56, 0, 1.2, 33, 0.3}; })
      .Default([](Operation *) { return std::nullopt; });
}

static Number fine(Operation *op, Number x, std::optional<Number> rest) {
  return isa<SinOp>(op) ? fineSin(x, rest) : fineCos(x, rest);
}

/// No result leaves the range of its function; inside of others that is no loss.
static Number wave(Operation *op, Number value) {
  const bool isResult = isOnlyMoved(op->getResult(0), /*mayBeTerm=*/false);
  return isResult ? atMost(atLeast(value, -1), 1) : value;
}

Number elementary(Operation *op, const Exponent &x, bool mayFade) {
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case([&](ExpOp) { return mayFade ? lowered(raisedExp(x)) : exp(x); })
      .Case([&](SigmoidOp) {
        return mayFade || sharesDecay(op) ? sigmoid(op, x, mayFade) : logisticF32(x);
      })
      .Case([&](LogisticPdfOp) { return logisticPdf(x, mayFade); })
      .Case([&](Sech2Op) { return sech2(x, mayFade); });
}

Number elementary(Operation *op, NumberPair x, bool mayFade) {
  if (op->hasAttr(fineName))
    return wave(op, fine(op, x.high, x.low));
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case([&](ExpOp) { return mayFade ? lowered(raisedExp(x)) : exp(Exponent(x)); })
      .Case([&](Expm1Op) { return expm1(x); })
      .Case([&](SigmoidOp) { return sigmoid(op, x, mayFade); })
      .Case([&](SoftplusOp) { return softplus(x, mayFade); })
      .Case([&](LogisticPdfOp) { return logisticPdf(x, mayFade); })
      .Case([&](TanhOp) { return tanh(x); })
      .Case([&](Sech2Op) { return sech2(x, mayFade); })
      .Case([&](NormalPdfOp) { return normalPdf(x); })
      .Case([&](NormalCdfOp) { return normalCdf(x); })
      .Case([&](SinOp) { return wave(op, sin(x)); })
      .Case([&](CosOp) { return wave(op, cos(x)); });
}

Number elementary(Operation *op, Number x) {
  using std::numbers::sqrt2;
  const Numbers &n = *x.numbers;
  if (!n.isDouble() && op->hasAttr(fineName))
    return wave(op, fine(op, x, std::nullopt));
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case([&](NegOp) { return -x; })
      .Case([&](AbsOp) { return abs(x); })
      .Case([&](SignOp) { return sign(x); })
      .Case([&](StepOp) { return step(x); })
      .Case([&](FloorOp) { return n.make<math::FloorOp>(x.value); })
      .Case([&](CeilOp) { return n.make<math::CeilOp>(x.value); })
      .Case([&](RoundOp) { return n.make<math::RoundEvenOp>(x.value); })
      .Case([&](SqrtOp) { return sqrt(x); })
      .Case([&](RsqrtOp) { return 1.0 / sqrt(x); })
      .Case([&](CbrtOp) { return cbrt(x); })
      .Case([&](ExpOp) { return exp(x); })
      .Case([&](Exp2Op) { return exp(std::numbers::ln2 * x); })
      .Case([&](Expm1Op) { return expm1(x); })
      .Case([&](LogOp) { return log(x); })
      .Case([&](Log2Op) { return std::numbers::log2e * log(x); })
      .Case([&](Log1pOp) { return log1p(x); })
      .Case([&](Log1mexpOp) { return log1mexp(x); })
      .Case([&](SoftplusOp) { return softplus(x); })
      .Case([&](SigmoidOp) { return sigmoid(op, x); })
      .Case([&](LogisticPdfOp) { return logisticPdf(x); })
      .Case([&](TanhSoftplusOp) { return tanhSoftplus(x); })
      .Case([&](MishSlopeOp) { return mishSlope(x); })
      .Case([&](SinhOp) { return sinh(x); })
      .Case([&](CoshOp) { return cosh(x); })
      .Case([&](TanhOp) { return tanh(x); })
      .Case([&](Sech2Op) { return sech2(x); })
      .Case([&](TanhshrinkOp) { return tanhshrink(x); })
      .Case([&](AsinhOp) { return asinh(x); })
      .Case([&](AcoshOp) { return acosh(x); })
      .Case([&](AtanhOp) { return atanh(x); })
      .Case([&](ErfOp) { return erf(x); })
      .Case([&](ErfcOp) { return 2.0 * normalCdf(-sqrt2 * x); })
      .Case([&](ErfcxOp) { return erfcx(x); })
      .Case([&](ErfcxSlopeOp) { return erfcxSlope(x); })
      .Case([&](LogErfcOp) { return logErfc(x); })
      .Case([&](LogNormalCdfOp) { return logNormalCdf(x); })
      .Case([&](NormalCdfOp) { return normalCdf(x); })
      .Case([&](SinOp) { return wave(op, sin(x)); })
      .Case([&](CosOp) { return wave(op, cos(x)); })
      .Case([&](TanOp) { return tan(x); })
      .Case([&](AsinOp) { return asin(x); })
      .Case([&](AcosOp) { return acos(x); })
      .Case([&](AtanOp) { return atan(x); })
      .Case([&](NormalPdfOp) { return normalPdf(x); })
      .Case([&](GeluOp) { return gelu(x); })
      .Case([&](GeluSlopeOp) { return fma(x, normalPdf(x), normalCdf(x)); });
}

} // namespace xphi::compiler
