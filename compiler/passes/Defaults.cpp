// A parameter is an f32; so is the constant in its place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Defaults.h"

#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "dialect/Rational.h"
#include "dialect/XphiDialect.h"
#include "lowering/FittedParts.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {

// One that is infinite, as a bound may be.
static bool hasParameter(func::FuncOp function, const llvm::BitVector &but) {
  return llvm::any_of(function.getArguments(), [&](BlockArgument argument) {
    const unsigned i = argument.getArgNumber();
    return function.getArgAttr(i, parameterName) && !but[i];
  });
}

func::FuncOp withDefaults(func::FuncOp function, const std::map<std::string, double> &defaults) {
  func::FuncOp copy = function.clone();
  if (said(copy, inPairsName)) { // whose fits are none of elements
    dropFits(copy);
    copy.removeResultAttr(0, StringAttr::get(copy.getContext(), inPairsName));
  }
  OpBuilder builder(copy.getContext());
  builder.setInsertionPointToStart(&copy.front());
  llvm::BitVector erased(copy.getNumArguments());
  llvm::SmallVector<float> numbers;
  for (BlockArgument argument : copy.getArguments()) {
    const unsigned i = argument.getArgNumber();
    auto name = copy.getArgAttrOfType<StringAttr>(i, parameterName);
    const auto found = name ? defaults.find(name.str()) : defaults.end();
    if (found == defaults.end() || !std::isfinite(found->second))
      continue;
    numbers.push_back(float(found->second));
    const Rational number = Rational::ofDouble(double(numbers.back()));
    argument.replaceAllUsesWith(
        ConstantOp::create(builder, copy.getLoc(), number.fraction()).getResult());
    erased.set(i);
  }
  if (numbers.empty() || hasParameter(copy, erased) || failed(copy.eraseArguments(erased))) {
    copy.erase();
    return {};
  }
  say(copy, defaultsName,
      DefaultsAttr::get(copy.getContext(), builder.getStringAttr(function.getName()),
                        builder.getDenseF32ArrayAttr(numbers)));
  copy.setName((function.getName() + "_default").str());
  function->getParentOfType<ModuleOp>().push_back(copy);
  return copy;
}

ArrayRef<float> defaultsOf(func::FuncOp copy) {
  return said<DefaultsAttr>(copy, defaultsName).getValues().asArrayRef();
}

void dropUntriedDefaults(ModuleOp module) {
  for (auto function : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (said(function, defaultsName) && !isNearestFit(function) &&
        !evaluationOf(function).getTried() && !evaluationOf(function).getPairFit())
      function.erase();
}

} // namespace xphi::compiler
