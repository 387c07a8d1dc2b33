// What the backward pass keeps of the forward pass: x, y, one bit an element, or nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Keep.h"

#include "analysis/Choice.h"
#include "analysis/InOutput.h"
#include "dialect/XphiDialect.h"
#include "passes/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;

namespace xphi::compiler {

#define GEN_PASS_DEF_KEEPLESS
#include "XphiPasses.h.inc"

namespace {

Value returned(func::FuncOp function) { return function.front().getTerminator()->getOperand(0); }

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
  Builder attribute(gradient.getContext());
  NamedAttrList attributes(attribute.getNamedAttr(inputName, attribute.getStringAttr("y")));
  auto function = returned(forward).getDefiningOp<FunctionOfOne>();
  if (function && function.facts().growth == FunctionFacts::Growth::Bounded)
    attributes.append(mostName, attribute.getF32FloatAttr(mostBounded));
  Type real = RealType::get(gradient.getContext());
  if (failed(gradient.insertArgument(1, real, attributes.getDictionary(gradient.getContext()),
                                     gradient.getLoc())))
    return false;
  OpBuilder builder(gradient.front().getTerminator());
  Value written = writeInOutput(returned(gradient), y, gradient.getArgument(1),
                                gradient.getArgument(0), builder);
  if (!written || dependsOn(written, gradient.getArgument(0)))
    return false;
  gradient.front().getTerminator()->setOperand(0, written);
  eraseUnused(gradient);
  return succeeded(gradient.eraseArgument(0));
}

bool keepMask(func::FuncOp forward, func::FuncOp gradient) {
  OpBuilder builder(gradient.front().getTerminator());
  Value x = gradient.getArgument(0);
  std::optional<Choice> choice = asChoice(returned(gradient), x, builder);
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

struct KeepLess : impl::KeepLessBase<KeepLess> {
  using Base::Base;

  void runOnOperation() final {
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    const Keep *kept = llvm::find_if(everyKeep, [&](Keep each) { return nameOf(each) == what; });
    if (functions.size() != 2 || kept == std::end(everyKeep)) {
      getOperation().emitError("a function and its gradient are needed, and what to keep");
      return signalPassFailure();
    }
    if (!keep(*kept, functions[0], functions[1])) {
      functions[1].emitError("the gradient cannot be computed from `" + what + "`");
      signalPassFailure();
    }
  }
};

// Where it is not enough both are left half changed.
bool tryToKeep(Keep kept, func::FuncOp forward, func::FuncOp gradient) {
  if (kept == Keep::Input)
    return true;
  if (!hasOneInput(forward))
    return false;
  switch (kept) {
  case Keep::Output:
    return keepOutput(forward, gradient);
  case Keep::Mask:
    return keepMask(forward, gradient);
  default:
    return keepNothing(gradient);
  }
}

// On copies, which are thrown away.
bool isEnough(Keep kept, func::FuncOp forward, func::FuncOp gradient) {
  OwningOpRef<func::FuncOp> first = forward.clone(), second = gradient.clone();
  return tryToKeep(kept, *first, *second);
}

} // namespace

std::vector<Keep> enoughFor(func::FuncOp forward, func::FuncOp gradient) {
  std::vector<Keep> enough;
  for (Keep kept : everyKeep)
    if (isEnough(kept, forward, gradient))
      enough.push_back(kept);
  return enough;
}

bool keep(Keep kept, func::FuncOp forward, func::FuncOp gradient) {
  return isEnough(kept, forward, gradient) && tryToKeep(kept, forward, gradient);
}

} // namespace xphi::compiler
