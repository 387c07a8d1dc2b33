// Stabilise: replaces forms that lose digits, overflow or cancel by forms that do not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each rule is an identity of real numbers and names what it saves. Where a rule needs a number in
// the text to be a constant such as 1/√2, the number must agree with it to the last bits of double.
// Rules whose result has a branch, or fuses what a rule should still see apart, run only after the
// last differentiation: the derivative of the plain form is shorter, and has rules of its own.
#include "dialect/Algebra.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>
#include <numbers>

using namespace mlir;

namespace xphi::compiler {
namespace {

bool isConstant(Value value, double expected) {
  std::optional<double> number = constantValue(value);
  return number && std::abs(*number - expected) <= 4e-16 * std::abs(expected);
}

bool isPositiveConstant(Value value) {
  std::optional<double> number = constantValue(value);
  return number && *number > 0;
}

// Both operands of a commutative operation, in both orders.
std::array<std::pair<Value, Value>, 2> bothOrders(Operation *op) {
  return {{{op->getOperand(0), op->getOperand(1)}, {op->getOperand(1), op->getOperand(0)}}};
}

template <class Op> Value operandOf(Value value) {
  auto op = value.getDefiningOp<Op>();
  return op ? op->getOperand(0) : Value();
}

// u where value is u², written u·u or u^2.
Value squareRootOf(Value value) {
  if (auto product = value.getDefiningOp<MulOp>())
    return product.getLhs() == product.getRhs() ? product.getLhs() : Value();
  if (auto power = value.getDefiningOp<PowOp>())
    return isConstant(power.getRhs(), 2) ? power.getLhs() : Value();
  return {};
}

bool areOpposite(Value a, Value b) {
  if (operandOf<NegOp>(a) == b || operandOf<NegOp>(b) == a)
    return true;
  auto p = a.getDefiningOp<MulOp>(), q = b.getDefiningOp<MulOp>();
  if (!p || !q || p.getLhs() != q.getLhs())
    return false;
  auto c = constantValue(p.getRhs()), d = constantValue(q.getRhs());
  return c && d && *c == -*d;
}

// u·√2, without the rounding of u = x/√2 where it is written so.
Value timesSqrt2(Algebra &algebra, Value u) {
  using std::numbers::sqrt2;
  if (auto quotient = u.getDefiningOp<DivOp>(); quotient && isConstant(quotient.getRhs(), sqrt2))
    return quotient.getLhs();
  if (auto product = u.getDefiningOp<MulOp>(); product && isConstant(product.getRhs(), 1 / sqrt2))
    return product.getLhs();
  if (Value inner = operandOf<NegOp>(u))
    return algebra.neg(timesSqrt2(algebra, inner));
  return algebra.mul(u, algebra.make<SqrtOp>(algebra.constant(2)));
}

// √(u² + c) with u and c, c positive or a parameter.
struct RootOfSquarePlus {
  Value root, u, c;
  static std::optional<RootOfSquarePlus> match(Value value) {
    Value sum = operandOf<SqrtOp>(value);
    auto add = sum ? sum.getDefiningOp<AddOp>() : AddOp();
    if (!add)
      return std::nullopt;
    for (auto [square, c] : bothOrders(add))
      if (Value u = squareRootOf(square); u && (isPositiveConstant(c) || isa<BlockArgument>(c)))
        return RootOfSquarePlus{value, u, c};
    return std::nullopt;
  }
};

// A rule: what it replaces, and by what (null: it does not apply).
template <class Op> struct Rule : OpRewritePattern<Op> {
  using Form = Value (*)(Op, Algebra &);
  Form form;
  Rule(MLIRContext *context, Form form) : OpRewritePattern<Op>(context), form(form) {}
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Algebra algebra(rewriter, op.getLoc());
    Value better = form(op, algebra);
    if (!better)
      return failure();
    rewriter.replaceOp(op, better);
    return success();
  }
};

//===- Sums that cancel
//--------------------------------------------------------------------------===//

// 1 + erf(u) → 2·Φ(u√2): for u < −1 the sum loses every digit.
Value onePlusErf(AddOp op, Algebra &a) {
  for (auto [one, other] : bothOrders(op))
    if (Value u = operandOf<ErfOp>(other); u && isConstant(one, 1))
      return a.mul(a.make<NormalCdfOp>(timesSqrt2(a, u)), a.constant(2));
  return {};
}

// x − 1 with x = eᵘ, σ... see each.
Value differenceWithOne(SubOp op, Algebra &a) {
  if (Value u = operandOf<ExpOp>(op.getLhs()); u && isConstant(op.getRhs(), 1))
    return a.make<Expm1Op>(u); // eᵘ − 1 near u = 0
  if (Value u = operandOf<TanhOp>(op.getRhs()); u && u == op.getLhs())
    return a.make<TanhshrinkOp>(u); // u − tanh(u) near u = 0
  // √(u² + 1) − 1 → u²/(√(u² + 1) + 1) near u = 0
  if (auto root = RootOfSquarePlus::match(op.getLhs());
      root && isConstant(root->c, 1) && isConstant(op.getRhs(), 1))
    return a.div(a.square(root->u), a.add(root->root, op.getRhs()));
  if (!isConstant(op.getLhs(), 1))
    return {};
  Value other = op.getRhs();
  if (Value u = operandOf<ErfOp>(other))
    return a.make<ErfcOp>(u); // 1 − erf(u) for u > 1
  if (Value u = operandOf<NormalCdfOp>(other))
    return a.make<NormalCdfOp>(a.neg(u)); // 1 − Φ(u) for u > 1
  if (Value u = operandOf<SigmoidOp>(other))
    return a.make<SigmoidOp>(a.neg(u)); // 1 − σ(u) for u > 1
  if (Value root = squareRootOf(other))
    if (Value u = operandOf<TanhOp>(root))
      return a.make<Sech2Op>(u); // 1 − tanh²(u) for |u| > 1
  if (Value u = operandOf<ExpOp>(other))
    return a.neg(a.make<Expm1Op>(u));
  return {};
}

// eᵘ + (−1) → expm1(u)
Value expPlusMinusOne(AddOp op, Algebra &a) {
  for (auto [other, constant] : bothOrders(op))
    if (Value u = operandOf<ExpOp>(other); u && isConstant(constant, -1))
      return a.make<Expm1Op>(u);
  return {};
}

// u + √(u² + c) → c/(√(u² + c) − u) for u < 0, where the sum cancels.
Value sumWithRoot(AddOp op, Algebra &a) {
  for (auto [u, other] : bothOrders(op)) {
    auto root = RootOfSquarePlus::match(other);
    if (!root || root->u != u)
      continue;
    Value positive = a.compare(Predicate::Greater, u, a.constant(0));
    return a.select(positive, a.make<AddOp>(a.make<AbsOp>(u), other),
                    a.div(root->c, a.sub(other, u)));
  }
  return {};
}

// 1 + u/√(u² + c) → c/(r·(r − u)), r = √(u² + c), for u < 0.
Value onePlusQuotientWithRoot(AddOp op, Algebra &a) {
  for (auto [one, other] : bothOrders(op)) {
    auto quotient = other.getDefiningOp<DivOp>();
    if (!quotient || !isConstant(one, 1))
      continue;
    auto root = RootOfSquarePlus::match(quotient.getRhs());
    Value u = quotient.getLhs();
    if (!root || root->u != u)
      continue;
    Value r = root->root, positive = a.compare(Predicate::Greater, u, a.constant(0));
    return a.select(positive, a.make<AddOp>(one, a.div(a.make<AbsOp>(u), r)),
                    a.div(root->c, a.mul(r, a.sub(r, u))));
  }
  return {};
}

//===- Quotients and logarithms of exponentials, which overflow
//----------------------------------===//

// a/(1 + eᵘ) → a·σ(−u), and (eᵘ − e⁻ᵘ)/(eᵘ + e⁻ᵘ) → tanh(u).
Value quotientOfExponentials(DivOp op, Algebra &a) {
  auto sum = op.getRhs().getDefiningOp<AddOp>();
  if (!sum)
    return {};
  for (auto [one, other] : bothOrders(sum))
    if (Value u = operandOf<ExpOp>(other); u && isConstant(one, 1)) {
      if (op.getLhs() == other)
        return a.make<SigmoidOp>(u);
      return a.mul(op.getLhs(), a.make<SigmoidOp>(a.neg(u)));
    }
  auto difference = op.getLhs().getDefiningOp<SubOp>();
  if (!difference)
    return {};
  Value u = operandOf<ExpOp>(difference.getLhs()), v = operandOf<ExpOp>(difference.getRhs());
  bool same = (sum.getLhs() == difference.getLhs() && sum.getRhs() == difference.getRhs()) ||
              (sum.getRhs() == difference.getLhs() && sum.getLhs() == difference.getRhs());
  if (u && v && same && areOpposite(u, v))
    return a.make<TanhOp>(u);
  return {};
}

// log(1 + u) → log1p(u), log(σ(u)) → −softplus(−u), log(eᵘ) → u
Value logarithm(LogOp op, Algebra &a) {
  if (Value u = operandOf<SigmoidOp>(op.getOperand()))
    return a.neg(a.make<SoftplusOp>(a.neg(u)));
  if (Value u = operandOf<ExpOp>(op.getOperand()))
    return u;
  if (auto sum = op.getOperand().getDefiningOp<AddOp>())
    for (auto [one, u] : bothOrders(sum))
      if (isConstant(one, 1))
        return a.make<Log1pOp>(u);
  return {};
}

// log1p(eᵘ) → softplus(u)
Value log1pOfExp(Log1pOp op, Algebra &a) {
  Value u = operandOf<ExpOp>(op.getOperand());
  return u ? a.make<SoftplusOp>(u) : Value();
}

// tanh(softplus(u)) → one exponential instead of three elementary functions
Value tanhOfSoftplus(TanhOp op, Algebra &a) {
  Value u = operandOf<SoftplusOp>(op.getOperand());
  return u ? a.make<TanhSoftplusOp>(u) : Value();
}

// σ(u)·σ(−u) → the logistic density, from one exponential
Value productOfSigmoids(MulOp op, Algebra &a) {
  Value u = operandOf<SigmoidOp>(op.getLhs()), v = operandOf<SigmoidOp>(op.getRhs());
  return u && v && areOpposite(u, v) ? a.make<LogisticPdfOp>(u) : Value();
}

//===- Forms that are evaluated as one, since their parts share what they compute
//----------------===//

// u·Φ(u) → gelu(u)
Value productWithNormalCdf(MulOp op, Algebra &a) {
  for (auto [u, cdf] : bothOrders(op))
    if (operandOf<NormalCdfOp>(cdf) == u)
      return a.make<GeluOp>(u);
  return {};
}

// Φ(u) + u·φ(u) → gelu'(u)
Value sumOfCdfAndMoment(AddOp op, Algebra &a) {
  for (auto [cdf, other] : bothOrders(op)) {
    Value u = operandOf<NormalCdfOp>(cdf);
    auto moment = u ? other.getDefiningOp<MulOp>() : MulOp();
    if (!moment)
      continue;
    for (auto [factor, density] : bothOrders(moment))
      if (factor == u && operandOf<NormalPdfOp>(density) == u)
        return a.make<GeluSlopeOp>(u);
  }
  return {};
}

struct Stabilise : PassWrapper<Stabilise, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Stabilise)
  StringRef getArgument() const final { return "xphi-stabilise"; }
  Stabilise() = default;
  Stabilise(const Stabilise &other) : PassWrapper(other), patterns(other.patterns) {}
  StringRef getDescription() const final { return "Replace forms that lose digits"; }
  Option<bool> last{*this, "last", llvm::cl::init(true),
                    llvm::cl::desc("Also the rules for what is not differentiated any more")};

  LogicalResult initialize(MLIRContext *context) final {
    RewritePatternSet rules(context);
    auto add = [&]<class Op>(Value (*form)(Op, Algebra &)) {
      rules.add(std::make_unique<Rule<Op>>(context, form));
    };
    add(onePlusErf);
    add(differenceWithOne);
    add(expPlusMinusOne);
    if (last) {
      add(sumWithRoot);
      add(onePlusQuotientWithRoot);
      add(productWithNormalCdf);
      add(sumOfCdfAndMoment);
    }
    add(quotientOfExponentials);
    add(logarithm);
    add(log1pOfExp);
    add(tanhOfSoftplus);
    add(productOfSigmoids);
    patterns = std::move(rules);
    return success();
  }

  void runOnOperation() final {
    if (failed(applyPatternsGreedily(getOperation(), patterns)))
      signalPassFailure();
  }

  FrozenRewritePatternSet patterns;
};

} // namespace

std::unique_ptr<Pass> createStabilisePass(bool last) {
  auto pass = std::make_unique<Stabilise>();
  pass->last = last;
  return pass;
}

} // namespace xphi::compiler
