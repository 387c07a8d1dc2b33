// A row of the table, and what stands beyond its ends.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoubleFunction.h"

#include "dialect/Attributes.h"
#include "lowering/RowsOfDoubles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

class DoubleCode {
public:
  /// `factor` is what the function is multiplied by, if it is.
  DoubleCode(const DoubleFit &fit, Number x, std::optional<Number> factor, std::string name)
      : fit(fit), x(x), factor(factor), n(*x.numbers), name(std::move(name)) {}

  DoubleValue emit() {
    const Mask isBelow = x < fit.below.end, isAbove = ~(x < fit.above.end), // NaN is
        none = x < x;
    Number result = inTable(select(isBelow | isAbove, n.constant(fit.below.end), x));
    Mask outside = ~(abs(x) <= n.constant(DoubleFit::furthest));
    for (const DoubleFit::Gap &gap : fit.gaps)
      outside = outside | ((x > gap.from) & (x < gap.to) & ~(x == 0.0));
    for (const auto &[side, beyond, outwards] :
         {std::tuple(&fit.below, isBelow, -1.0), std::tuple(&fit.above, isAbove, 1.0)}) {
      Mask known = none;
      if (side->beyond != DoubleFit::Beyond::Exact)
        known = beyond;
      else if (std::isfinite(side->zeroFrom))
        known = outwards < 0 ? x < zeroFrom(*side) : x > zeroFrom(*side);
      Number limit = n.constant(side->limit);
      if (side->beyond == DoubleFit::Beyond::Line)
        limit = limit * x;
      result = select(known, limit, result);
      outside = outside | (beyond & ~known);
    }
    if (fit.atZero)
      result = select(x == 0.0, n.constant(*fit.atZero), result);
    if (!factor)
      return {result, outside, fit.error, ends()};
    // What has lost digits must not be made large again.
    if (const double first = fit.firstNormal(); first > 0)
      outside = outside | ((abs(x) < first) & ~(x == 0.0));
    // An infinite one meets zeros that are none.
    outside = outside | ~(abs(*factor) <= n.constant(std::numeric_limits<double>::max()));
    return {result * *factor, outside, fit.error + 1.01, ends()};
  }

private:
  bool ends() const {
    return !fit.gaps.empty() || fit.below.beyond == DoubleFit::Beyond::Exact ||
           fit.above.beyond == DoubleFit::Beyond::Exact;
  }

  /// Where the product with the factor is less than any double, too.
  Number zeroFrom(const DoubleFit::Side &side) {
    const Number alone = n.constant(side.zeroFrom);
    return factor ? select(abs(*factor) > 1.0, n.constant(side.zeroTimesAnyFrom), alone) : alone;
  }

  Number inTable(Number t) {
    Number cell = n.make<math::FloorOp>((t * n.constant(1 / fit.step)).value) - double(fit.first);
    Value index = arith::FPToSIOp::create(n.builder, n.location, n.shaped(n.builder.getI32Type()),
                                          cell.value);
    const std::vector<Number> row = columnsOf(name, fit.rows, fit.columns(), n, index);
    Number d = t - row[0], sum = row[1 + fit.degree];
    for (unsigned i = fit.degree; i-- > 0;)
      sum = fma(sum, d, row[1 + i]);
    return sum;
  }

  const DoubleFit &fit;
  const Number x;
  const std::optional<Number> factor;
  const Numbers &n;
  const std::string name;
};

} // namespace

std::optional<DoubleValue> evaluateInDoubles(func::FuncOp function,
                                             const std::vector<DoubleFit> &fits, const Numbers &f64,
                                             ValueRange arguments) {
  IntegerAttr fit = evaluationOf(function).getDoubleFit();
  if (!fit)
    return std::nullopt;
  std::optional<Number> x, factor;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    (function.getArgAttr(i, cotangentName) ? factor : x) = f64.wrap(arguments[i]);
  const auto index = unsigned(fit.getInt());
  return DoubleCode(fits[index], *x, factor, "fit" + std::to_string(index)).emit();
}

} // namespace xphi::compiler
