// In which lanes each value counts, by one condition after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/ShareDivisions.h"

#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

/// Sets of lanes: those in which the condition holds, and the others.
enum Lanes : unsigned { None = 0, Chosen = 1, Others = 2, All = 3 };

class Sharing {
public:
  explicit Sharing(Block &block) : block(block) {}

  void run() {
    if (!hasSeveral<math::SqrtOp>() && !hasSeveral<arith::DivFOp>())
      return;
    llvm::SetVector<Value> conditions;
    for (Operation &op : block)
      if (auto select = dyn_cast<arith::SelectOp>(op))
        if (isa<VectorType>(select.getCondition().getType()))
          conditions.insert(select.getCondition());
    for (Value condition : conditions)
      while (shareOne<math::SqrtOp>(condition) || shareOne<arith::DivFOp>(condition))
        continue;
  }

private:
  template <class Op> bool hasSeveral() {
    return llvm::count_if(block.getOps<Op>(), [&](Op op) { return !isUniform(op->getResult(0)); }) >
           1;
  }

  template <class Op> bool shareOne(Value condition) {
    countLanes(condition);
    llvm::SmallVector<Op> chosen, others;
    for (Op op : block.getOps<Op>()) {
      const unsigned where = lanes.lookup(op->getResult(0));
      if ((where == Chosen || where == Others) && !isUniform(op->getResult(0)) &&
          !dependsOn(condition, op))
        (where == Chosen ? chosen : others).push_back(op);
    }
    // What both have in common need not be chosen.
    Op first, second;
    long most = -1;
    for (Op a : chosen)
      for (Op b : others)
        if (const long same = common(a, b); same > most && a.getType() == b.getType() &&
                                            !dependsOn(a->getResult(0), b) &&
                                            !dependsOn(b->getResult(0), a)) {
          most = same;
          first = a;
          second = b;
        }
    if (most >= 0)
      share(condition, first, second);
    return most >= 0;
  }

  static long common(Operation *a, Operation *b) {
    return llvm::count_if(llvm::zip(a->getOperands(), b->getOperands()), [](const auto &operands) {
      return std::get<0>(operands) == std::get<1>(operands);
    });
  }

  template <class Op> void share(Value condition, Op a, Op b) {
    OpBuilder builder(block.getTerminator()); // until it is all in order
    llvm::SmallVector<Value> operands;
    for (auto [ofA, ofB] : llvm::zip(a->getOperands(), b->getOperands()))
      operands.push_back(
          ofA == ofB ? ofA : arith::SelectOp::create(builder, a.getLoc(), condition, ofA, ofB));
    Operation *one = builder.clone(*a.getOperation());
    one->setOperands(operands);
    areUniform.clear(); // what is erased leaves its place to another
    for (Op each : {a, b}) {
      each->replaceAllUsesWith(one);
      each->erase();
    }
    const llvm::SetVector<Operation *> users(one->user_begin(), one->user_end());
    for (Operation *user : users)
      if (auto select = dyn_cast<arith::SelectOp>(user);
          select && select.getTrueValue() == select.getFalseValue()) {
        select.replaceAllUsesWith(one->getResult(0));
        select.erase();
      }
    sortTopologically(&block);
  }

  void countLanes(Value condition) {
    lanes.clear();
    for (Operation &op : llvm::reverse(block)) {
      const auto counts = [&](Value value, unsigned where) { lanes[value] |= where; };
      const bool isLanewise = op.getNumRegions() == 0 && op.getNumResults() == 1 &&
                              isa<arith::ArithDialect, math::MathDialect>(op.getDialect());
      if (!isLanewise) {
        for (Value operand : op.getOperands())
          counts(operand, All);
        llvm::SetVector<Value> inside;
        getUsedValuesDefinedAbove(op.getRegions(), inside);
        for (Value value : inside)
          counts(value, All);
        continue;
      }
      const unsigned where = lanes.lookup(op.getResult(0));
      if (auto select = dyn_cast<arith::SelectOp>(op)) {
        const unsigned held = heldIn(select.getCondition(), condition);
        counts(select.getCondition(), where);
        counts(select.getTrueValue(), where & held);
        counts(select.getFalseValue(), where & (held == All ? All : All - held));
        continue;
      }
      for (Value operand : op.getOperands()) {
        unsigned here = where;
        if (auto both = dyn_cast<arith::AndIOp>(op))
          here &= heldIn(operand == both.getLhs() ? both.getRhs() : both.getLhs(), condition);
        counts(operand, here);
      }
    }
  }

  /// The lanes in which the value may hold.
  static unsigned heldIn(Value value, Value condition) {
    if (value == condition)
      return Chosen;
    auto turned = value.getDefiningOp<arith::XOrIOp>();
    const bool isTurned = turned && ((turned.getLhs() == condition && isTrue(turned.getRhs())) ||
                                     (turned.getRhs() == condition && isTrue(turned.getLhs())));
    return isTurned ? Others : All;
  }
  static bool isTrue(Value value) {
    DenseIntElementsAttr entries;
    return matchPattern(value, m_Constant(&entries)) && entries.isSplat() &&
           entries.getSplatValue<APInt>().isAllOnes() && entries.getElementType().isInteger(1);
  }

  /// What a loop computes once. Each value is asked once: a tree of what is used twice at every
  /// level, as powers have it, has more branches than there is time for.
  bool isUniform(Value value) {
    if (!isa<VectorType>(value.getType()))
      return true;
    if (const auto known = areUniform.find(value); known != areUniform.end())
      return known->second;
    Operation *op = value.getDefiningOp();
    const bool is = op && op->getNumRegions() == 0 &&
                    (op->hasTrait<OpTrait::ConstantLike>() || isa<vector::BroadcastOp>(op) ||
                     isa<arith::ArithDialect, math::MathDialect>(op->getDialect())) &&
                    llvm::all_of(op->getOperands(), [&](Value each) { return isUniform(each); });
    areUniform[value] = is;
    return is;
  }

  bool dependsOn(Value value, Operation *before) const {
    llvm::SmallVector<Operation *> waiting;
    llvm::DenseSet<Operation *> seen;
    const auto add = [&](Value each) {
      Operation *op = each.getDefiningOp();
      if (op && seen.insert(op).second)
        waiting.push_back(op);
    };
    add(value);
    while (!waiting.empty()) {
      Operation *op = waiting.pop_back_val();
      if (op == before)
        return true;
      llvm::for_each(op->getOperands(), add);
      llvm::SetVector<Value> inside;
      getUsedValuesDefinedAbove(op->getRegions(), inside);
      llvm::for_each(inside, add);
    }
    return false;
  }

  Block &block;
  llvm::DenseMap<Value, unsigned> lanes;
  llvm::DenseMap<Value, bool> areUniform;
};

} // namespace

void shareDivisions(func::FuncOp body) {
  body.walk<WalkOrder::PreOrder>([](Region *region) {
    if (region->hasOneBlock())
      Sharing(region->front()).run();
  });
}

} // namespace xphi::compiler
