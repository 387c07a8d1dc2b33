// Simplify and Stabilise: rewriting by the tables of rules/, until nothing changes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Equal subexpressions must be one value before equal terms can be seen, and joining terms makes
// new equal subexpressions: hence the rounds. Unused operations go by dead-code elimination.
#include "dialect/XphiDialect.h"
#include "passes/Passes.h"
#include "rules/RulePatterns.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

void removeRepetition(func::FuncOp function) {
  IRRewriter rewriter(function.getContext());
  DominanceInfo dominance(function);
  eliminateCommonSubExpressions(rewriter, dominance, function);
}

LogicalResult rewrite(func::FuncOp function, const FrozenRewritePatternSet &rules) {
  removeRepetition(function);
  // A rule that finds its own result would rewrite for ever: an error is better.
  GreedyRewriteConfig limited;
  limited.setMaxNumRewrites(10'000 + 100 * int64_t(function.front().getOperations().size()));
  bool changed = true;
  for (int round = 0; round < 4 && changed; ++round) {
    if (failed(applyPatternsGreedily(function, rules, limited, &changed)))
      return failure();
    removeRepetition(function);
  }
  return success();
}

struct Simplify : PassWrapper<Simplify, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Simplify)
  StringRef getArgument() const final { return "xphi-simplify"; }
  StringRef getDescription() const final { return "Fold, join equal terms, remove repetition"; }

  // Functions may be rewritten in parallel; the rules are read before.
  LogicalResult initialize(MLIRContext *context) final {
    rules = &context->getOrLoadDialect<XphiDialect>()->rules();
    return success();
  }
  void runOnOperation() final {
    if (failed(rewrite(getOperation(), rules->simplify)))
      signalPassFailure();
  }

  const RulePatterns *rules = nullptr;
};

struct Stabilise : PassWrapper<Stabilise, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Stabilise)
  Stabilise() = default;
  Stabilise(const Stabilise &other) : PassWrapper(other), rules(other.rules) {}
  StringRef getArgument() const final { return "xphi-stabilise"; }
  StringRef getDescription() const final { return "Replace forms that lose digits"; }
  Option<bool> last{*this, "last", llvm::cl::init(true),
                    llvm::cl::desc("Also the rules for what is not differentiated any more")};

  LogicalResult initialize(MLIRContext *context) final {
    rules = &context->getOrLoadDialect<XphiDialect>()->rules();
    return success();
  }
  void runOnOperation() final {
    if (failed(rewrite(getOperation(), last ? rules->stabiliseLast : rules->stabilise)))
      signalPassFailure();
  }

  const RulePatterns *rules = nullptr;
};

} // namespace

std::unique_ptr<Pass> createSimplifyPass() { return std::make_unique<Simplify>(); }

std::unique_ptr<Pass> createStabilisePass(bool last) {
  auto pass = std::make_unique<Stabilise>();
  pass->last = last;
  return pass;
}

} // namespace xphi::compiler
