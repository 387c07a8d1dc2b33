// What the backward pass keeps of the forward pass: x, y, one bit an element, or nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Keep.h"

#include "dialect/Algebra.h"
#include "passes/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

Value returned(func::FuncOp function) { return function.front().getTerminator()->getOperand(0); }

bool dependsOn(Value value, Value input) {
  llvm::SmallVector<Value> pending{value};
  llvm::DenseSet<Value> seen;
  while (!pending.empty()) {
    Value next = pending.pop_back_val();
    if (next == input)
      return true;
    if (Operation *op = next.getDefiningOp(); op && seen.insert(next).second)
      pending.append(op->operand_begin(), op->operand_end());
  }
  return false;
}

enum class Sign { Unknown, Positive, NotNegative, NotPositive, Negative };

Sign negated(Sign sign) {
  switch (sign) {
  case Sign::Positive:
    return Sign::Negative;
  case Sign::NotNegative:
    return Sign::NotPositive;
  case Sign::NotPositive:
    return Sign::NotNegative;
  case Sign::Negative:
    return Sign::Positive;
  case Sign::Unknown:
    break;
  }
  return Sign::Unknown;
}

// The sign of `value` where `known` has the sign given.
Sign signOf(Value value, Value known, Sign given) {
  if (value == known)
    return given;
  if (std::optional<double> constant = constantValue(value))
    return *constant > 0 ? Sign::Positive : *constant < 0 ? Sign::Negative : Sign::NotNegative;
  Operation *op = value.getDefiningOp();
  if (!op)
    return Sign::Unknown;
  if (isa<Expm1Op, TanhOp, SinhOp, AsinhOp, AtanOp, ErfOp, CbrtOp, Log1pOp>(op))
    return signOf(op->getOperand(0), known, given);
  if (isa<ExpOp, Exp2Op, SigmoidOp, SoftplusOp, CoshOp>(op))
    return Sign::Positive;
  if (isa<NegOp>(op))
    return negated(signOf(op->getOperand(0), known, given));
  if (isa<MulOp, DivOp>(op)) {
    Sign a = signOf(op->getOperand(0), known, given), b = signOf(op->getOperand(1), known, given);
    if (a == Sign::Positive)
      return b;
    if (b == Sign::Positive)
      return a;
    if (b == Sign::Negative)
      return negated(a);
    return a == Sign::Negative ? negated(b) : Sign::Unknown;
  }
  return Sign::Unknown;
}

// Writes values in terms of y, given that some part of the forward function equals an expression in
// y. Fails by giving a null Value.
class InOutput {
public:
  InOutput(OpBuilder &builder, Location location, Value input)
      : builder(builder), a(builder, location), input(input) {}

  // `value` where `part` is `y`.
  Value write(Value value, Value part, Value y) {
    if (!dependsOn(value, input))
      return value;
    if (value == part)
      return y;
    Operation *op = value.getDefiningOp();
    if (!op)
      return {};
    if (auto select = dyn_cast<SelectOp>(op))
      if (auto piece = part.getDefiningOp<SelectOp>();
          piece && piece.getCondition() == select.getCondition())
        return writePieces(select, piece, y);
    if (Value known = identity(op, part, y))
      return known;
    if (Value inner = throughAffine(value, part, y))
      return inner;
    // Every operand by itself.
    IRMapping operands;
    for (Value operand : op->getOperands()) {
      Value written = write(operand, part, y);
      if (!written)
        return {};
      operands.map(operand, written);
    }
    return builder.clone(*op, operands)->getResult(0);
  }

private:
  // The part is a line in something else: go on with that.
  Value throughAffine(Value value, Value part, Value y) {
    Operation *op = part.getDefiningOp();
    if (!op || op->getNumOperands() == 0 || op->getNumOperands() > 2)
      return {};
    if (isa<NegOp>(op))
      return write(value, op->getOperand(0), a.neg(y));
    if (op->getNumOperands() != 2)
      return {};
    Value l = op->getOperand(0), r = op->getOperand(1);
    bool left = dependsOn(l, input), right = dependsOn(r, input);
    if (left == right)
      return {};
    auto factor = constantValue(left ? r : l);
    return llvm::TypeSwitch<Operation *, Value>(op)
        .Case([&](AddOp) {
          return left ? write(value, l, a.sub(y, r)) : write(value, r, a.sub(y, l));
        })
        .Case([&](SubOp) {
          return left ? write(value, l, a.add(y, r)) : write(value, r, a.sub(l, y));
        })
        .Case([&](MulOp) -> Value {
          if (!factor || *factor == 0)
            return {};
          return left ? write(value, l, a.div(y, r)) : write(value, r, a.div(y, l));
        })
        .Case([&](DivOp) -> Value {
          return left && factor && *factor != 0 ? write(value, l, a.mul(y, r)) : Value();
        })
        .Default([](Operation *) { return Value(); });
  }

  // Derivatives that the function itself gives: part = f(v), op = g(v).
  Value identity(Operation *op, Value part, Value y) {
    Operation *f = part.getDefiningOp();
    if (!f)
      return {};
    if (auto compare = dyn_cast<CompareOp>(op))
      return clampedComparison(compare, f, y);
    if (op->getNumOperands() != 1 || f->getNumOperands() != 1)
      return {};
    Value v = f->getOperand(0), u = op->getOperand(0);
    auto one = [&] { return a.constant(1); };
    auto isNegative = [&] {
      auto negation = u.getDefiningOp<NegOp>();
      return negation && negation.getOperand() == v;
    };
    if (isa<SigmoidOp>(f) && isa<SigmoidOp>(op) && isNegative())
      return a.sub(one(), y);
    if (u != v)
      return {};
    if (isa<SigmoidOp>(f) && isa<LogisticPdfOp>(op))
      return a.mul(y, a.sub(one(), y));
    if (isa<TanhOp>(f) && isa<Sech2Op>(op))
      return a.mul(a.sub(one(), y), a.add(one(), y));
    if (isa<Expm1Op>(f) && isa<ExpOp>(op))
      return a.add(y, one());
    if (isa<SoftplusOp>(f) && isa<SigmoidOp>(op))
      return a.neg(a.make<Expm1Op>(a.neg(y)));
    if (isa<SinhOp>(f) && isa<CoshOp>(op))
      return a.make<SqrtOp>(a.add(a.square(y), one()));
    return {};
  }

  // max(v, c) > c exactly if v > c; min alike. In between, too: clamps nest.
  Value clampedComparison(CompareOp compare, Operation *f, Value y) {
    if (!isa<MaxOp, MinOp>(f))
      return {};
    Value v = f->getOperand(0), c = f->getOperand(1);
    bool isMax = isa<MaxOp>(f);
    if (compare.getLhs() == v && compare.getRhs() == c &&
        compare.getPredicate() == (isMax ? Predicate::Greater : Predicate::Less))
      return a.compare(compare.getPredicate(), y, c);
    return {};
  }

  // Both have the same pieces: y must tell which one it is.
  Value writePieces(SelectOp value, SelectOp part, Value y) {
    auto condition = part.getCondition().getDefiningOp<CompareOp>();
    if (!condition || constantValue(condition.getRhs()) != 0.0)
      return {};
    Value v = condition.getLhs();
    bool strict = condition.getPredicate() == Predicate::Greater;
    if (!strict && condition.getPredicate() != Predicate::GreaterEqual)
      return {};
    Sign above = signOf(part.getThenValue(), v, strict ? Sign::Positive : Sign::NotNegative);
    Sign below = signOf(part.getElseValue(), v, strict ? Sign::NotPositive : Sign::Negative);
    bool tells =
        strict ? above == Sign::Positive && (below == Sign::NotPositive || below == Sign::Negative)
               : (above == Sign::NotNegative || above == Sign::Positive) && below == Sign::Negative;
    if (!tells)
      return {};
    Value first = write(value.getThenValue(), part.getThenValue(), y);
    Value second = first ? write(value.getElseValue(), part.getElseValue(), y) : Value();
    if (!second)
      return {};
    return a.select(a.compare(condition.getPredicate(), y, condition.getRhs()), first, second);
  }

  OpBuilder &builder;
  Algebra a;
  Value input;
};

// The derivative as a choice between two values that do not depend on the input.
struct Choice {
  Value condition, chosen, other;
};

class Choices {
public:
  Choices(OpBuilder &builder, Location location, Value input)
      : builder(builder), location(location), input(input) {}

  std::optional<Choice> of(Value value) {
    llvm::SmallVector<Value> leaves;
    if (!collect(value, leaves) || leaves.size() != 2)
      return std::nullopt;
    return Choice{isLeaf(value, leaves[0]), leaves[0], leaves[1]};
  }

private:
  bool collect(Value value, llvm::SmallVector<Value> &leaves) {
    if (auto select = value.getDefiningOp<SelectOp>(); select && dependsOn(value, input))
      return collect(select.getThenValue(), leaves) && collect(select.getElseValue(), leaves);
    if (dependsOn(value, input))
      return false;
    if (!llvm::is_contained(leaves, value))
      leaves.push_back(value);
    return true;
  }

  // Where the tree of choices ends in `leaf`.
  Value isLeaf(Value value, Value leaf) {
    auto select = value.getDefiningOp<SelectOp>();
    if (!select || !dependsOn(value, input))
      return {};
    auto part = [&](Value branch) -> std::optional<bool> {
      if (branch.getDefiningOp<SelectOp>() && dependsOn(branch, input))
        return std::nullopt;
      return branch == leaf;
    };
    std::optional<bool> then = part(select.getThenValue()), otherwise = part(select.getElseValue());
    Value c = select.getCondition(), inThen, inElse;
    if (!then)
      inThen = logic<AndOp>(c, isLeaf(select.getThenValue(), leaf));
    else if (*then)
      inThen = c;
    Value fails = NotOp::create(builder, location, builder.getI1Type(), c);
    if (!otherwise)
      inElse = logic<AndOp>(fails, isLeaf(select.getElseValue(), leaf));
    else if (*otherwise)
      inElse = fails;
    return inThen && inElse ? logic<OrOp>(inThen, inElse) : inThen ? inThen : inElse;
  }

  template <class Op> Value logic(Value a, Value b) {
    return Op::create(builder, location, builder.getI1Type(), a, b);
  }

  OpBuilder &builder;
  Location location;
  Value input;
};

void mergeEqualValues(func::FuncOp function) {
  IRRewriter rewriter(function.getContext());
  DominanceInfo dominance(function);
  eliminateCommonSubExpressions(rewriter, dominance, function);
}

// The forward function's operations in front of the gradient's, equal values merged. Gives the
// forward value: it is the terminator's second operand for as long as it takes.
Value bringForwardIn(func::FuncOp forward, func::FuncOp gradient) {
  OpBuilder builder(&gradient.front(), gradient.front().begin());
  IRMapping values;
  values.map(forward.getArguments(), gradient.getArguments());
  for (Operation &op : forward.front().without_terminator())
    builder.clone(op, values);
  Operation *terminator = gradient.front().getTerminator();
  terminator->insertOperands(1, values.lookupOrDefault(returned(forward)));
  mergeEqualValues(gradient);
  Value y = terminator->getOperand(1);
  terminator->eraseOperand(1);
  return y;
}

void eraseUnused(func::FuncOp function) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

bool keepOutput(func::FuncOp forward, func::FuncOp gradient) {
  Value y = bringForwardIn(forward, gradient);
  // Until it is written in y, the input and y are different arguments.
  auto name = StringAttr::get(gradient.getContext(), "y");
  auto attributes = DictionaryAttr::get(gradient.getContext(), NamedAttribute(inputName, name));
  Type real = RealType::get(gradient.getContext());
  if (failed(gradient.insertArgument(1, real, attributes, gradient.getLoc())))
    return false;
  OpBuilder builder(gradient.front().getTerminator());
  Value written = InOutput(builder, gradient.getLoc(), gradient.getArgument(0))
                      .write(returned(gradient), y, gradient.getArgument(1));
  if (!written || dependsOn(written, gradient.getArgument(0)))
    return false;
  gradient.front().getTerminator()->setOperand(0, written);
  eraseUnused(gradient);
  return succeeded(gradient.eraseArgument(0));
}

bool keepMask(func::FuncOp forward, func::FuncOp gradient) {
  OpBuilder builder(gradient.front().getTerminator());
  Value x = gradient.getArgument(0);
  std::optional<Choice> choice = Choices(builder, gradient.getLoc(), x).of(returned(gradient));
  if (!choice)
    return false;
  // The condition is computed by forward, and read by backward.
  IRMapping values;
  values.map(gradient.getArguments(), forward.getArguments());
  Operation *terminator = forward.front().getTerminator();
  OpBuilder inForward(terminator);
  for (Operation &op : gradient.front().without_terminator())
    inForward.clone(op, values);
  terminator->insertOperands(1, values.lookup(choice->condition));
  llvm::SmallVector<Type> results{forward.getResultTypes()[0], builder.getI1Type()};
  forward.setType(FunctionType::get(forward.getContext(), forward.getArgumentTypes(), results));
  mergeEqualValues(forward);
  eraseUnused(forward);

  Operation *end = gradient.front().getTerminator();
  auto placeholder = SelectOp::create(builder, gradient.getLoc(), choice->chosen.getType(),
                                      choice->condition, choice->chosen, choice->other);
  end->setOperand(0, placeholder);
  auto attributes = DictionaryAttr::get(
      gradient.getContext(),
      NamedAttribute(inputName, StringAttr::get(gradient.getContext(), "mask")));
  if (failed(gradient.insertArgument(1, builder.getI1Type(), attributes, gradient.getLoc())))
    return false;
  placeholder.setOperand(0, gradient.getArgument(1));
  eraseUnused(gradient);
  return succeeded(gradient.eraseArgument(0));
}

bool keepNothing(func::FuncOp gradient) {
  if (dependsOn(returned(gradient), gradient.getArgument(0)))
    return false;
  eraseUnused(gradient);
  return succeeded(gradient.eraseArgument(0));
}

bool hasOneInput(func::FuncOp function) {
  unsigned inputs = 0;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    inputs += bool(function.getArgAttr(i, inputName));
  return inputs == 1;
}

// On copies, which are thrown away: whether it works.
bool isEnough(Kept kept, func::FuncOp forward, func::FuncOp gradient) {
  OwningOpRef<func::FuncOp> first = forward.clone(), second = gradient.clone();
  return keep(kept, *first, *second);
}

constexpr std::pair<Kept, std::string_view> names[] = {
    {Kept::Input, "x"}, {Kept::Output, "y"}, {Kept::Mask, "mask"}, {Kept::Nothing, "nothing"}};

} // namespace

std::string_view keptName(Kept kept) { return names[unsigned(kept)].second; }

std::optional<Kept> keptFromName(std::string_view name) {
  for (auto [kept, known] : names)
    if (known == name)
      return kept;
  return std::nullopt;
}

std::vector<Kept> enoughFor(func::FuncOp forward, func::FuncOp gradient) {
  std::vector<Kept> enough;
  for (Kept kept : {Kept::Input, Kept::Output, Kept::Mask, Kept::Nothing})
    if (isEnough(kept, forward, gradient))
      enough.push_back(kept);
  return enough;
}

bool keep(Kept kept, func::FuncOp forward, func::FuncOp gradient) {
  if (kept == Kept::Input)
    return true;
  if (!hasOneInput(forward))
    return false;
  switch (kept) {
  case Kept::Output:
    return keepOutput(forward, gradient);
  case Kept::Mask:
    return keepMask(forward, gradient);
  default:
    return keepNothing(gradient);
  }
}

} // namespace xphi::compiler
