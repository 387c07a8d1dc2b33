// Signs at the floats next to zero, from wide numbers, when it is compiled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/SignOfZero.h"

#include "lowering/WideEvaluation.h"
#include "lowering/WideInterpreter.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {

Number withSignBesideZero(func::FuncOp function, Number value, ValueRange arguments) {
  constexpr double least = 0x1p-149;
  const auto beside = wideValues(function, {-least, least}, /*isGrowing=*/false);
  const auto isKnown = [](double each) { return each != 0 && !std::isnan(each); };
  if (!beside || (!isKnown((*beside)[0]) && !isKnown((*beside)[1])))
    return value;
  const Numbers &n = *value.numbers;
  const BlockArgument factor = cotangentOf(function);
  const Number x = n.wrap(arguments[factor && factor.getArgNumber() == 0]),
               side = copysign(n.constant(1), x);
  const auto zeroOf = [&](double each) { return n.constant(std::copysign(0.0, each)); };
  Number zero = select(side < 0.0, zeroOf((*beside)[0]), zeroOf((*beside)[1]));
  if (factor)
    zero = zero * n.wrap(arguments[factor.getArgNumber()]);
  Mask isZero = (x == 0.0) & (value == 0.0);
  if (!isKnown((*beside)[0]))
    isZero = isZero & (side > 0.0);
  if (!isKnown((*beside)[1]))
    isZero = isZero & (side < 0.0);
  return select(isZero, zero, value);
}

} // namespace xphi::compiler
