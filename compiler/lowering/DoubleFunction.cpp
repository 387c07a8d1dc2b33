// The table is a constant of the module, gathered from column by column.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoubleFunction.h"

#include "dialect/Attributes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

class DoubleCode {
public:
  DoubleCode(const DoubleFit &fit, Number x, ModuleOp module, const std::string &name)
      : fit(fit), x(x), n(*x.numbers), builder(n.builder), module(module), name(name) {}

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
        known = outwards < 0 ? x < side->zeroFrom : x > side->zeroFrom;
      Number limit = n.constant(side->limit);
      if (side->beyond == DoubleFit::Beyond::Line)
        limit = limit * x;
      result = select(known, limit, result);
      outside = outside | (beyond & ~known);
    }
    return {result, outside, fit.error};
  }

private:
  Number inTable(Number t) {
    Number cell = n.make<math::FloorOp>((t * n.constant(1 / fit.step)).value) - double(fit.first);
    Value index =
        arith::FPToSIOp::create(builder, n.location, n.shaped(builder.getI32Type()), cell.value);
    const std::vector<Number> row = rowOf(index);
    Number d = t - row[0], sum = row[1 + fit.degree];
    for (unsigned i = fit.degree; i-- > 0;)
      sum = fma(sum, d, row[1 + i]);
    return sum;
  }

  std::vector<Number> rowOf(Value index) {
    const Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
    const Type places = n.lanes > 1 ? Type(VectorType::get(n.lanes, pointer)) : pointer;
    Value table = LLVM::AddressOfOp::create(builder, n.location, pointer, define());
    const auto rowType = LLVM::LLVMArrayType::get(builder.getF64Type(), fit.columns());
    Value row = LLVM::GEPOp::create(builder, n.location, places, rowType, table,
                                    ArrayRef<LLVM::GEPArg>{index});
    std::vector<Number> columns;
    for (unsigned i = 0; i < fit.columns(); ++i) {
      Value place = LLVM::GEPOp::create(builder, n.location, places, builder.getF64Type(), row,
                                        ArrayRef<LLVM::GEPArg>{int32_t(i)});
      columns.push_back(n.wrap(load(place)));
    }
    return columns;
  }

  Value load(Value place) {
    if (n.lanes == 1)
      return LLVM::LoadOp::create(builder, n.location, builder.getF64Type(), place);
    const auto all = DenseElementsAttr::get(VectorType::get(n.lanes, builder.getI1Type()), true);
    return LLVM::masked_gather::create(builder, n.location, n.type(), place,
                                       arith::ConstantOp::create(builder, n.location, all),
                                       ValueRange(), builder.getI32IntegerAttr(sizeof(double)));
  }

  StringRef define() {
    if (!module.lookupSymbol(name)) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(module.getBody());
      const auto count = int64_t(fit.rows.size());
      const auto values = DenseElementsAttr::get(RankedTensorType::get(count, builder.getF64Type()),
                                                 ArrayRef<double>(fit.rows));
      LLVM::GlobalOp::create(builder, n.location,
                             LLVM::LLVMArrayType::get(builder.getF64Type(), unsigned(count)),
                             /*isConstant=*/true, LLVM::Linkage::Internal, name, values,
                             /*alignment=*/64);
    }
    return name;
  }

  const DoubleFit &fit;
  const Number x;
  const Numbers &n;
  OpBuilder &builder;
  ModuleOp module;
  const std::string name;
};

} // namespace

std::optional<DoubleValue> evaluateInDoubles(func::FuncOp function,
                                             const std::vector<DoubleFit> &fits, const Numbers &f64,
                                             ValueRange arguments) {
  auto fit = function->getAttrOfType<IntegerAttr>(doubleFitName);
  if (!fit)
    return std::nullopt;
  std::optional<Number> x, factor;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    (function.getArgAttr(i, cotangentName) ? factor : x) = f64.wrap(arguments[i]);
  const auto index = unsigned(fit.getInt());
  DoubleValue result = DoubleCode(fits[index], *x, function->getParentOfType<ModuleOp>(),
                                  "fit" + std::to_string(index))
                           .emit();
  if (factor) { // an infinite one meets zeros that are none
    result.value = result.value * *factor;
    result.outside =
        result.outside | ~(abs(*factor) <= f64.constant(std::numeric_limits<double>::max()));
    result.error += 1.01;
  }
  return result;
}

} // namespace xphi::compiler
