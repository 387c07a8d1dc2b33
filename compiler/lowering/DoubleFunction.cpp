// The table is a constant of the module.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoubleFunction.h"

#include "dialect/Attributes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

class DoubleCode {
public:
  /// `factor` is what the function is multiplied by, if it is.
  DoubleCode(const DoubleFit &fit, Number x, std::optional<Number> factor, ModuleOp module,
             const std::string &name)
      : fit(fit), x(x), factor(factor), n(*x.numbers), builder(n.builder), module(module),
        name(name) {}

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
      return {result, outside, fit.error};
    // What has lost digits must not be made large again.
    if (const double first = fit.firstNormal(); first > 0)
      outside = outside | ((abs(x) < first) & ~(x == 0.0));
    // An infinite one meets zeros that are none.
    outside = outside | ~(abs(*factor) <= n.constant(std::numeric_limits<double>::max()));
    return {result * *factor, outside, fit.error + 1.01};
  }

private:
  /// Where the product with the factor is less than any double, too.
  Number zeroFrom(const DoubleFit::Side &side) {
    const Number alone = n.constant(side.zeroFrom);
    return factor ? select(abs(*factor) > 1.0, n.constant(side.zeroTimesAnyFrom), alone) : alone;
  }

  Number inTable(Number t) {
    Number cell = n.make<math::FloorOp>((t * n.constant(1 / fit.step)).value) - double(fit.first);
    Value index =
        arith::FPToSIOp::create(builder, n.location, n.shaped(builder.getI32Type()), cell.value);
    const std::vector<Number> row = columnsAt(index);
    Number d = t - row[0], sum = row[1 + fit.degree];
    for (unsigned i = fit.degree; i-- > 0;)
      sum = fma(sum, d, row[1 + i]);
    return sum;
  }

  /// The columns of the table at each lane's row: rows are loaded whole, as many numbers at a time
  /// as there are lanes, and these squares turned over.
  std::vector<Number> columnsAt(Value index) {
    const Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
    const auto rowType = LLVM::LLVMArrayType::get(builder.getF64Type(), width());
    Value table = LLVM::AddressOfOp::create(builder, n.location, pointer, define());
    std::vector<Value> rows;
    for (unsigned lane = 0; lane < n.lanes; ++lane) {
      Value here = n.lanes == 1 ? index
                                : vector::ExtractOp::create(builder, n.location, index,
                                                            ArrayRef<int64_t>{lane});
      rows.push_back(LLVM::GEPOp::create(builder, n.location, pointer, rowType, table,
                                         ArrayRef<LLVM::GEPArg>{here}));
    }
    std::vector<Number> columns;
    for (unsigned first = 0; first < width(); first += n.lanes) {
      std::vector<Value> square;
      for (Value row : rows) {
        Value place = LLVM::GEPOp::create(builder, n.location, pointer, builder.getF64Type(), row,
                                          ArrayRef<LLVM::GEPArg>{int32_t(first)});
        square.push_back(LLVM::LoadOp::create(builder, n.location, n.type(), place, alignment()));
      }
      turnOver(square);
      for (Value column : square)
        columns.push_back(n.wrap(column));
    }
    return columns;
  }

  /// Swaps what lies across the diagonal: of pairs, of pairs of pairs, and so on.
  void turnOver(std::vector<Value> &square) {
    for (unsigned apart = 1; apart < n.lanes; apart *= 2) {
      llvm::SmallVector<int64_t> low, high;
      for (unsigned i = 0; i < n.lanes; ++i) {
        const bool isHigh = (i & apart) != 0; // those of the second are numbered from n.lanes on
        low.push_back(isHigh ? n.lanes + i - apart : i);
        high.push_back(isHigh ? n.lanes + i : i + apart);
      }
      for (unsigned i = 0; i < n.lanes; ++i) {
        if (i & apart)
          continue;
        Value a = square[i], b = square[i + apart];
        square[i] = vector::ShuffleOp::create(builder, n.location, a, b, low);
        square[i + apart] = vector::ShuffleOp::create(builder, n.location, a, b, high);
      }
    }
  }

  /// Of a row in memory.
  unsigned width() const { return unsigned(llvm::alignTo(fit.columns(), n.lanes)); }
  unsigned alignment() const { return n.lanes * unsigned(sizeof(double)); }

  StringRef define() {
    if (!module.lookupSymbol(name)) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(module.getBody());
      std::vector<double> rows;
      for (auto row = fit.rows.begin(); row != fit.rows.end(); row += fit.columns()) {
        rows.insert(rows.end(), row, row + fit.columns());
        rows.resize(rows.size() + width() - fit.columns());
      }
      const auto count = int64_t(rows.size());
      const auto values = DenseElementsAttr::get(RankedTensorType::get(count, builder.getF64Type()),
                                                 ArrayRef<double>(rows));
      LLVM::GlobalOp::create(
          builder, n.location, LLVM::LLVMArrayType::get(builder.getF64Type(), unsigned(count)),
          /*isConstant=*/true, LLVM::Linkage::Internal, name, values, alignment());
    }
    return name;
  }

  const DoubleFit &fit;
  const Number x;
  const std::optional<Number> factor;
  const Numbers &n;
  OpBuilder &builder;
  ModuleOp module;
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
  return DoubleCode(fits[index], *x, factor, function->getParentOfType<ModuleOp>(),
                    "fit" + std::to_string(index))
      .emit();
}

} // namespace xphi::compiler
