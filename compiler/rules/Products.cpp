// Flattened products: taken apart, searched, and put together.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/Products.h"

#include "dialect/Algebra.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

// Longer products stay as they are: what is looked for has few factors.
constexpr size_t mostFactors = 12;

void takeApart(Value value, bool inverted, Product &product) {
  Operation *op = value.getDefiningOp();
  std::optional<Rational> fraction = rationalValue(value);
  if (fraction && !fraction->isZero()) {
    product.coefficient =
        inverted ? product.coefficient / *fraction : product.coefficient * *fraction;
    return;
  }
  if (product.over.size() + product.under.size() < mostFactors) {
    if (isa_and_nonnull<MulOp, DivOp>(op)) {
      takeApart(op->getOperand(0), inverted, product);
      return takeApart(op->getOperand(1), inverted != isa<DivOp>(op), product);
    }
    if (isa_and_nonnull<NegOp>(op)) {
      product.coefficient = -product.coefficient;
      return takeApart(op->getOperand(0), inverted, product);
    }
    if (isa_and_nonnull<PowOp>(op) && rationalValue(op->getOperand(1)) == Rational(2)) {
      takeApart(op->getOperand(0), inverted, product);
      return takeApart(op->getOperand(0), inverted, product);
    }
  }
  (inverted ? product.under : product.over).push_back(value);
}

bool removeAll(llvm::SmallVectorImpl<Value> &from, ArrayRef<Value> factors) {
  return llvm::all_of(factors, [&](Value factor) {
    auto found = llvm::find(from, factor);
    if (found == from.end())
      return false;
    from.erase(found);
    return true;
  });
}

// Functions of a variable say what it is, then others are compared, and variables come last.
unsigned rank(Value form) {
  if (isa<BlockArgument>(form))
    return 2;
  return llvm::all_of(form.getDefiningOp()->getOperands(),
                      [](Value operand) { return isa<BlockArgument>(operand); })
             ? 0
             : 1;
}

bool takeOut(Matcher &matcher, llvm::SmallVector<std::pair<Value, bool>, 4> forms,
             const Product &product, llvm::function_ref<bool(const Product &)> next) {
  if (forms.empty())
    return next(product);
  auto first =
      llvm::min_element(forms, [](auto a, auto b) { return rank(a.first) < rank(b.first); });
  auto [form, inverted] = *first;
  forms.erase(first);
  if (auto variable = dyn_cast<BlockArgument>(form)) {
    Value bound = matcher.bindings[variable.getArgNumber()];
    if (!bound)
      return false;
    Product part = Product::of(bound);
    if (inverted) {
      std::swap(part.over, part.under);
      part.coefficient = Rational(1) / part.coefficient;
    }
    std::optional<Product> rest = product.without(part);
    return rest && takeOut(matcher, std::move(forms), *rest, next);
  }
  const auto &factors = inverted ? product.under : product.over;
  for (size_t i = 0; i < factors.size(); ++i) {
    llvm::SmallVector<Value, 4> before = matcher.bindings;
    if (!matcher.match(form, factors[i]))
      continue;
    Product rest = product;
    auto &left = inverted ? rest.under : rest.over;
    left.erase(left.begin() + long(i));
    if (takeOut(matcher, forms, rest, next))
      return true;
    matcher.bindings = std::move(before);
  }
  return false;
}

} // namespace

Product Product::of(Value value) {
  Product product;
  takeApart(value, false, product);
  return product;
}

Product operator*(Product a, const Product &b) {
  a.coefficient = a.coefficient * b.coefficient;
  llvm::append_range(a.over, b.over);
  llvm::append_range(a.under, b.under);
  return a;
}

std::optional<Product> Product::without(const Product &part) const {
  Product rest = *this;
  rest.coefficient = coefficient / part.coefficient;
  if (!removeAll(rest.over, part.over) || !removeAll(rest.under, part.under))
    return std::nullopt;
  return rest;
}

bool Product::isSame(const Product &other) const {
  std::optional<Product> rest = without(other);
  return rest && !rest->hasFactors() && rest->coefficient == Rational(1);
}

bool takeOut(Matcher &matcher, const Product &form, const Product &product,
             llvm::function_ref<bool(const Product &)> next) {
  llvm::SmallVector<std::pair<Value, bool>, 4> forms;
  for (Value factor : form.over)
    forms.push_back({factor, false});
  for (Value factor : form.under)
    forms.push_back({factor, true});
  Product scaled = product;
  scaled.coefficient = product.coefficient / form.coefficient;
  return takeOut(matcher, std::move(forms), scaled, next);
}

Value times(PatternRewriter &rewriter, Location location, const Product &product, Value value) {
  Algebra algebra(rewriter, location);
  Value result;
  for (Value factor : product.over)
    result = result ? algebra.mul(result, factor) : factor;
  result = result ? algebra.mul(result, value) : value;
  for (Value factor : product.under)
    result = algebra.div(result, factor);
  if (product.coefficient == Rational(-1))
    return algebra.neg(result);
  if (product.coefficient == Rational(1))
    return result;
  return algebra.mul(result, algebra.constant(product.coefficient));
}

} // namespace xphi::compiler
