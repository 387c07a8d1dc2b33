// Folds identities and constants, where the folded result is exactly the same number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 0·x is not folded: x may be no number, and then neither is the product.
#include "dialect/XphiDialect.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {

static std::optional<double> number(Attribute attribute) {
  if (auto value = dyn_cast_or_null<FloatAttr>(attribute))
    return value.getValueAsDouble();
  return std::nullopt;
}

static OpFoldResult constant(Operation *op, double value) {
  return FloatAttr::get(Float64Type::get(op->getContext()), value);
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  auto a = number(adaptor.getLhs()), b = number(adaptor.getRhs());
  if (a == 0.0)
    return getRhs();
  if (b == 0.0)
    return getLhs();
  if (a && b) {
    double sum = *a + *b, part = sum - *a;
    if ((*a - (sum - part)) + (*b - part) == 0) // the rounding error of the sum, exactly
      return constant(*this, sum);
  }
  return {};
}

OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  auto a = number(adaptor.getLhs()), b = number(adaptor.getRhs());
  if (b == 0.0)
    return getLhs();
  if (a && b) {
    double difference = *a - *b, part = difference - *a;
    if ((*a - (difference - part)) - (*b + part) == 0)
      return constant(*this, difference);
  }
  return {};
}

OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  auto a = number(adaptor.getLhs()), b = number(adaptor.getRhs());
  if (a == 1.0)
    return getRhs();
  if (b == 1.0)
    return getLhs();
  if (a && b && std::fma(*a, *b, -(*a * *b)) == 0)
    return constant(*this, *a * *b);
  return {};
}

OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  auto a = number(adaptor.getLhs()), b = number(adaptor.getRhs());
  if (b == 1.0)
    return getLhs();
  if (a && b && *b != 0 && std::fma(*a / *b, *b, -*a) == 0)
    return constant(*this, *a / *b);
  return {};
}

OpFoldResult PowOp::fold(FoldAdaptor adaptor) {
  auto exponent = number(adaptor.getRhs());
  if (exponent == 1.0)
    return getLhs();
  if (exponent == 0.0)
    return constant(*this, 1);
  return {};
}

OpFoldResult NegOp::fold(FoldAdaptor adaptor) {
  if (auto a = number(adaptor.getOperand()))
    return constant(*this, -*a);
  if (auto inner = getOperand().getDefiningOp<NegOp>())
    return inner.getOperand();
  return {};
}

OpFoldResult SelectOp::fold(FoldAdaptor) {
  return getThenValue() == getElseValue() ? getThenValue() : OpFoldResult();
}

} // namespace xphi::compiler
