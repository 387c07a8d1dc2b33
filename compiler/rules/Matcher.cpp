// Matching one graph of operations with another, and copying a third.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/Matcher.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dsl/Interpreter.h"
#include "rules/Facts.h"
#include "rules/Products.h"
#include "rules/RulePatterns.h"
#include "rules/SameConstant.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

#include <cassert>

using namespace mlir;

namespace xphi::compiler {

static bool areEqual(Value a, Value b) {
  if (a == b)
    return true;
  auto p = rationalValue(a), q = rationalValue(b);
  return p && q && *p == *q;
}

// u^2 also stands for u·u.
static bool isSquare(Value form, Value value,
                     llvm::SmallVectorImpl<std::pair<Value, Value>> &tasks) {
  auto power = form.getDefiningOp<PowOp>();
  auto product = value.getDefiningOp<MulOp>();
  if (!power || !product || product.getLhs() != product.getRhs() ||
      rationalValue(power.getRhs()) != Rational(2))
    return false;
  tasks.push_back({power.getLhs(), product.getLhs()});
  return true;
}

bool Matcher::match(Value form, Value value) {
  llvm::SmallVector<Value, 4> before = bindings;
  if (match(Tasks{{form, value}}))
    return true;
  bindings = std::move(before);
  return false;
}

bool Matcher::match(Tasks tasks) {
  while (!tasks.empty()) {
    auto [form, value] = tasks.pop_back_val();
    if (auto variable = dyn_cast<BlockArgument>(form)) {
      if (!bind(variable.getArgNumber(), value))
        return false;
      continue;
    }
    if (constantValue(form)) {
      if (!isSameConstant(value, form))
        return false;
      continue;
    }
    if (isProductOfBound(form, value))
      continue;
    if (isSquare(form, value, tasks))
      continue;
    Operation *pattern = form.getDefiningOp(), *op = value.getDefiningOp();
    if (!op || op->getName() != pattern->getName() ||
        op->getNumOperands() != pattern->getNumOperands())
      return false;
    if (auto compare = dyn_cast<CompareOp>(op);
        compare && compare.getPredicate() != cast<CompareOp>(pattern).getPredicate())
      return false;
    if (!op->hasTrait<OpTrait::IsCommutative>()) {
      for (auto pair : llvm::zip(pattern->getOperands(), op->getOperands()))
        tasks.push_back({std::get<0>(pair), std::get<1>(pair)});
      continue;
    }
    // Either order may be the one that fits with the rest.
    llvm::SmallVector<Value, 4> before = bindings;
    for (unsigned first : {0u, 1u}) {
      Tasks further = tasks;
      further.push_back({pattern->getOperand(1), op->getOperand(1 - first)});
      further.push_back({pattern->getOperand(0), op->getOperand(first)});
      if (match(std::move(further)))
        return true;
      bindings = before;
    }
    return false;
  }
  return true;
}

bool Matcher::bind(unsigned variable, Value value) {
  Value &bound = bindings[variable];
  if (bound)
    return areEqual(bound, value);
  switch (rule.classes[variable]) {
  case 'x':
  case 'y':
    if (constantValue(value))
      return false;
    break;
  case 'k':
  case 'l':
    if (!rationalValue(value))
      return false;
    break;
  case 'p':
    if (!isNeverNegative(value))
      return false;
    break;
  case 't':
    if (!isTotal(value))
      return false;
    break;
  case 'c':
  case 'd':
    if (!constantValue(value))
      return false;
    break;
  default: // anything
    break;
  }
  bound = value;
  return true;
}

// What a form of products and signs is, if all its variables are known: −u, u·k, u² and the like.
std::optional<Product> Matcher::productOfBound(Value form) const {
  if (auto variable = dyn_cast<BlockArgument>(form)) {
    Value bound = bindings[variable.getArgNumber()];
    return bound ? std::optional(Product::of(bound)) : std::nullopt;
  }
  Operation *op = form.getDefiningOp();
  if (std::optional<Rational> fraction = rationalValue(form); fraction && !fraction->isZero())
    return Product{*fraction, {}, {}};
  if (auto power = dyn_cast<PowOp>(op); power && rationalValue(power.getRhs()) == Rational(2)) {
    std::optional<Product> base = productOfBound(power.getLhs());
    return base ? std::optional(*base * *base) : std::nullopt;
  }
  if (!isa<NegOp, MulOp>(op))
    return std::nullopt;
  std::optional<Product> product = productOfBound(op->getOperand(0));
  if (product && isa<NegOp>(op)) {
    product->coefficient = -product->coefficient;
    return product;
  }
  std::optional<Product> other = product ? productOfBound(op->getOperand(1)) : std::nullopt;
  return other ? std::optional(*product * *other) : std::nullopt;
}

// However it is written: 4x² for u² and −3x for −u, where u is 2x or 3x; b − a for −u where u is
// a − b.
bool Matcher::isProductOfBound(Value form, Value value) const {
  if (!isa<NegOp, MulOp, PowOp>(form.getDefiningOp()))
    return false;
  if (std::optional<Product> product = productOfBound(form);
      product && product->isSame(Product::of(value)))
    return true;
  auto variable = isa<NegOp>(form.getDefiningOp())
                      ? dyn_cast<BlockArgument>(form.getDefiningOp()->getOperand(0))
                      : BlockArgument();
  Value bound = variable ? bindings[variable.getArgNumber()] : Value();
  auto difference = bound ? bound.getDefiningOp<SubOp>() : SubOp();
  auto turned = value.getDefiningOp<SubOp>();
  return difference && turned && difference.getLhs() == turned.getRhs() &&
         difference.getRhs() == turned.getLhs();
}

bool Matcher::conditionHolds() const {
  if (!rule.condition)
    return true;
  // 'u != v' is about values, not about numbers; the rest is about constants.
  std::vector<double> numbers;
  for (auto [i, value] : llvm::enumerate(bindings)) {
    std::optional<double> constant = value ? constantValue(value) : std::nullopt;
    size_t first = size_t(llvm::find(bindings, value) - bindings.begin());
    numbers.push_back(constant.value_or(double(first)));
  }
  return dsl::evaluate(*rule.program, *rule.condition, numbers, {}) == 1;
}

// Remembers in the function that the rule was used.
static void note(StringRef rule, func::FuncOp function, PatternRewriter &rewriter) {
  llvm::SmallVector<Attribute> names;
  if (auto known = function->getAttrOfType<ArrayAttr>(appliedRulesName))
    names.assign(known.begin(), known.end());
  auto name = rewriter.getStringAttr(rule);
  if (llvm::is_contained(names, name))
    return;
  names.push_back(name);
  function->setAttr(appliedRulesName, rewriter.getArrayAttr(names));
}

Value ReadRule::apply(ArrayRef<Value> bindings, PatternRewriter &rewriter) const {
  note(name, rewriter.getInsertionBlock()->getParent()->getParentOfType<func::FuncOp>(), rewriter);
  IRMapping values;
  for (auto [variable, value] : llvm::zip_equal(replacement->getArguments(), bindings)) {
    assert((value || variable.use_empty()) && "what the new form needs, the old one has bound");
    values.map(variable, value);
  }
  for (Operation &form : replacement->without_terminator()) {
    Operation *made = rewriter.clone(form, values);
    // Constants fold at once: an unfolded k·l looks like a product to the next rule.
    llvm::SmallVector<Value> folded;
    if (succeeded(rewriter.tryFold(made, folded)) && !folded.empty()) {
      values.map(form.getResult(0), folded.front());
      rewriter.eraseOp(made);
    }
  }
  return values.lookup(replacement->getTerminator()->getOperand(0));
}

} // namespace xphi::compiler
