// Adding up sizes, depths and orders, callees first.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/ExpandedSize.h"

#include "dsl/LetTable.h"
#include "dsl/Limits.h"

#include <algorithm>

namespace xphi::dsl {
namespace {

/// A derivative has about this many times the operations of what it is taken of, and twice its
/// depth.
constexpr uint64_t kDerivativeGrowth = 4;

struct Extent {
  uint64_t size = 1;
  uint32_t depth = 1;
  uint32_t order = 0; ///< levels of `diff`

  /// Side by side with another.
  void join(const Extent &other) {
    size = std::min(size + other.size, kMaxExpandedSize + 1);
    depth = std::max(depth, other.depth);
    order = std::max(order, other.order);
  }
};

/// Of one definition; those it calls are known.
class Measure {
public:
  Measure(const Program &program, const Definition &definition, const std::vector<Extent> &callees)
      : program(program), table(program, definition), callees(callees),
        lets(definition.lets.size()) {
    for (ExprId root : expressionsOf(definition))
      total.join(of(root));
  }

  Extent total{0, 0, 0};
  bool hasCalls = false;         ///< or takes derivatives, which are written out, too
  std::optional<ExprId> tooDeep; ///< the first `diff` above the limit

private:
  Extent of(ExprId id) {
    const Expr &expr = program.expr(id);
    std::span<const ExprId> operands = program.operands(id);
    if (expr.kind == ExprKind::Let)
      lets[expr.index] = of(operands[0]);
    Extent extent{0, 0, 0};
    for (size_t i = 0; i < operands.size(); ++i)
      extent.join(expr.kind == ExprKind::Let && i == 0 ? lets[expr.index] : of(operands[i]));
    if (expr.kind == ExprKind::Diff)
      differentiate(extent, id);
    uint32_t depth = extent.depth;
    if (expr.kind == ExprKind::Call)
      extent.join(callees[expr.index]);
    bool isCall = expr.kind == ExprKind::Call;
    hasCalls = hasCalls || isCall || expr.kind == ExprKind::Diff;
    extent.size = std::min(extent.size + 1, kMaxExpandedSize + 1);
    extent.depth = depth + 1 + (isCall ? callees[expr.index].depth : 0);
    extent.depth = std::min(extent.depth, kMaxExpandedDepth + 1);
    seen += extent.size;
    return extent;
  }

  void differentiate(Extent &extent, ExprId id) {
    // Looking lets up costs as much as they are long: not beyond the limit.
    if (seen <= kMaxExpandedSize)
      for (const BoundLet &bound : table.neededBy(program.operand(id, 0)))
        extent.join(lets[bound.let]);
    seen += extent.size;
    extent.size *= kDerivativeGrowth;
    extent.depth *= 2;
    if (++extent.order <= kMaxDerivativeOrder)
      return;
    extent.order = kMaxDerivativeOrder;
    if (!tooDeep)
      tooDeep = id;
  }

  const Program &program;
  LetTable table;
  const std::vector<Extent> &callees;
  std::vector<Extent> lets;
  uint64_t seen = 0;
};

void reportSize(const Extent &extent, const std::string &name, SourceRange range, bool hasCalls,
                DiagnosticList &diagnostics) {
  std::string limit = extent.size > kMaxExpandedSize
                          ? std::to_string(kMaxExpandedSize) + " operations"
                          : std::to_string(kMaxExpandedDepth) + " levels";
  if (hasCalls)
    diagnostics
        .error(Code::ExpandsTooFar, range,
               quote(name) + " grows beyond " + limit + " when its calls are written out")
        .help("compute a repeated call once, with `let`");
  else
    diagnostics.error(Code::ExpandsTooFar, range, quote(name) + " has more than " + limit)
        .help("a function of one element has far fewer");
}

} // namespace

void checkExpandedSize(const Program &program, bool bareExpression, DiagnosticList &diagnostics) {
  std::vector<Extent> extents;
  bool sizeReported = false;
  for (DefinitionIndex index = 0; index < program.definitions.size(); ++index) {
    const Definition &definition = program.definitions[index];
    Measure measure(program, definition, extents);
    extents.push_back(measure.total);
    bool isOwn = std::find(program.own.begin(), program.own.end(), index) != program.own.end();
    if (!isOwn)
      continue;
    if (measure.tooDeep)
      diagnostics
          .error(Code::DerivativeTooDeep, program.expr(*measure.tooDeep).range,
                 "with those inside it, this derivative has more than " +
                     std::to_string(kMaxDerivativeOrder) + " levels")
          .help("what is called counts, too, where it takes derivatives itself");
    bool tooLarge =
        measure.total.size > kMaxExpandedSize || measure.total.depth > kMaxExpandedDepth;
    if (!tooLarge || sizeReported)
      continue;
    sizeReported = true; // the definitions that call it are too large as well
    reportSize(measure.total, definition.name,
               bareExpression ? program.expr(definition.body).range : definition.nameRange,
               measure.hasCalls, diagnostics);
  }
}

} // namespace xphi::dsl
