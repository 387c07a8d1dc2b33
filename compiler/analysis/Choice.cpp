// One condition for a tree of selects.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/Choice.h"

#include "analysis/InOutput.h"
#include "dialect/XphiDialect.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

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
      return isExactCondition(select.getCondition()) && collect(select.getThenValue(), leaves) &&
             collect(select.getElseValue(), leaves);
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

} // namespace

std::optional<Choice> asChoice(Value value, Value input, OpBuilder &builder) {
  return Choices(builder, value.getLoc(), input).of(value);
}

} // namespace xphi::compiler
