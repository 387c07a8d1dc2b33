// The terms of a sum may be a rule's times one factor; products are searched for a rule's factors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/RuleFamilies.h"

#include "dialect/Algebra.h"
#include "rules/Products.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

// Both operands of a sum or difference, the second with its sign. Sums within them stay what they
// are: who writes (1 - a) + b may mean that a is near 1.
std::pair<Product, Product> termsOf(Operation *sum) {
  Product left = Product::of(sum->getOperand(0)), right = Product::of(sum->getOperand(1));
  if (isa<SubOp>(sum))
    right.coefficient = -right.coefficient;
  return {std::move(left), std::move(right)};
}

bool hasBranch(const ReadRule &rule) {
  return llvm::any_of(rule.replacement->without_terminator(),
                      [](Operation &op) { return isa<SelectOp>(op); });
}

bool hasFunction(const Product &product) {
  auto isFunction = [](Value factor) { return !isa<BlockArgument>(factor); };
  return llvm::any_of(product.over, isFunction) || llvm::any_of(product.under, isFunction);
}

// Every operation that the form's functions are, for a quick no.
bool mayContain(const Product &product, const Product &form) {
  auto allThere = [](ArrayRef<Value> factors, ArrayRef<Value> forms) {
    return llvm::all_of(forms, [&](Value form) {
      return isa<BlockArgument>(form) || llvm::any_of(factors, [&](Value factor) {
               Operation *op = factor.getDefiningOp();
               return op && op->getName() == form.getDefiningOp()->getName();
             });
    });
  };
  return allThere(product.over, form.over) && allThere(product.under, form.under);
}

struct SumRule {
  ReadRule rule;
  Product first, second; // what is matched first has a function, which says what the variables are
};

class SumFamilies : public RewritePattern {
public:
  SumFamilies(StringRef root, std::shared_ptr<const std::vector<SumRule>> rules, unsigned benefit,
              MLIRContext *context)
      : RewritePattern(root, benefit, context), rules(std::move(rules)) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    const auto [left, right] = termsOf(op);
    for (const SumRule &rule : *rules)
      for (const auto &[first, second] : {std::pair(&left, &right), std::pair(&right, &left)})
        if (mayContain(*first, rule.first) && succeeded(apply(rule, op, *first, *second, rewriter)))
          return success();
    return failure();
  }

private:
  LogicalResult apply(const SumRule &sum, Operation *op, const Product &first,
                      const Product &second, PatternRewriter &rewriter) const {
    Matcher matcher(sum.rule);
    std::optional<Product> factor;
    takeOut(matcher, sum.first, first, [&](const Product &ofFirst) {
      return takeOut(matcher, sum.second, second, [&](const Product &ofSecond) {
        if (!ofFirst.isSame(ofSecond) || !matcher.conditionHolds())
          return false;
        factor = ofFirst;
        return true;
      });
    });
    if (!factor)
      return failure();
    rewriter.replaceOp(
        op, times(rewriter, op->getLoc(), *factor, sum.rule.apply(matcher.bindings, rewriter)));
    return success();
  }

  std::shared_ptr<const std::vector<SumRule>> rules;
};

struct ProductRule {
  ReadRule rule;
  Product form;
};

class ProductFamilies : public RewritePattern {
public:
  ProductFamilies(StringRef root, std::shared_ptr<const std::vector<ProductRule>> rules,
                  unsigned benefit, MLIRContext *context)
      : RewritePattern(root, benefit, context), rules(std::move(rules)) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    const Product product = Product::of(op->getResult(0));
    for (const auto &[rule, form] : *rules) {
      if (!mayContain(product, form))
        continue;
      Matcher matcher(rule);
      std::optional<Product> factor;
      takeOut(matcher, form, product, [&](const Product &rest) {
        if (!matcher.conditionHolds())
          return false;
        factor = rest;
        return true;
      });
      if (!factor)
        continue;
      rewriter.replaceOp(
          op, times(rewriter, op->getLoc(), *factor, rule.apply(matcher.bindings, rewriter)));
      return success();
    }
    return failure();
  }

private:
  std::shared_ptr<const std::vector<ProductRule>> rules;
};

template <class Pattern, class FamilyRule>
void add(RewritePatternSet &patterns, std::vector<FamilyRule> rules, unsigned benefit,
         ArrayRef<StringRef> roots) {
  auto shared = std::make_shared<const std::vector<FamilyRule>>(std::move(rules));
  for (StringRef root : roots)
    patterns.add(std::make_unique<Pattern>(root, shared, benefit, patterns.getContext()));
}

// Whether a variable stands beside the functions and not in them, so that it could be anything.
bool hasFreeVariable(const Product &form) {
  auto isVariable = [](Value factor) { return isa<BlockArgument>(factor); };
  llvm::SmallPtrSet<Value, 4> bound;
  llvm::SmallVector<Value> open;
  for (const auto *factors : {&form.over, &form.under})
    llvm::copy_if(*factors, std::back_inserter(open), [&](Value v) { return !isVariable(v); });
  while (!open.empty()) {
    Value value = open.pop_back_val();
    if (isVariable(value))
      bound.insert(value);
    else
      llvm::append_range(open, value.getDefiningOp()->getOperands());
  }
  return llvm::any_of(form.over, [&](Value v) { return isVariable(v) && !bound.contains(v); }) ||
         llvm::any_of(form.under, [&](Value v) { return isVariable(v) && !bound.contains(v); });
}

} // namespace

void addSumFamilies(RewritePatternSet &patterns, std::vector<ReadRule> rules, unsigned benefit) {
  std::vector<SumRule> sums;
  for (ReadRule &rule : rules) {
    Operation *root = rule.pattern.getDefiningOp();
    if (!isa<AddOp, SubOp>(root) || hasBranch(rule))
      continue;
    auto [left, right] = termsOf(root);
    if (!hasFunction(left))
      std::swap(left, right);
    if (hasFunction(left))
      sums.push_back({std::move(rule), std::move(left), std::move(right)});
  }
  add<SumFamilies>(patterns, std::move(sums), benefit,
                   {AddOp::getOperationName(), SubOp::getOperationName()});
}

void addProductFamilies(RewritePatternSet &patterns, std::vector<ReadRule> rules,
                        unsigned benefit) {
  std::vector<ProductRule> products;
  for (ReadRule &rule : rules) {
    if (!isa<MulOp, DivOp>(rule.pattern.getDefiningOp()) || hasBranch(rule))
      continue;
    Product form = Product::of(rule.pattern);
    if (!hasFreeVariable(form))
      products.push_back({std::move(rule), std::move(form)});
  }
  add<ProductFamilies>(patterns, std::move(products), benefit,
                       {MulOp::getOperationName(), DivOp::getOperationName()});
}

} // namespace xphi::compiler
