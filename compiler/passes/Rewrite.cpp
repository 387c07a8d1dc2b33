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

#define GEN_PASS_DEF_SIMPLIFY
#include "XphiPasses.h.inc"

#define GEN_PASS_DEF_STABILISE
#include "XphiPasses.h.inc"

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

struct Simplify : impl::SimplifyBase<Simplify> {

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

struct Stabilise : impl::StabiliseBase<Stabilise> {
  using Base::Base;

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

} // namespace xphi::compiler
