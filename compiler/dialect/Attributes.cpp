// Which attributes there are, and evaluations with one thing changed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Attributes.h"

using namespace mlir;

namespace xphi::compiler {

LogicalResult XphiDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (llvm::is_contained({whyName, appliedRulesName}, attribute.getName().getValue()))
    return success();
  return op->emitError() << "`" << attribute.getName().getValue()
                         << "` may get lost: say it with an operand, a property or a result";
}

template <class Attr> static bool is(NamedAttribute attribute, llvm::StringRef name) {
  return attribute.getName() == name && isa<Attr>(attribute.getValue());
}

LogicalResult XphiDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned,
                                                    NamedAttribute attribute) {
  if (is<StringAttr>(attribute, inputName) || is<StringAttr>(attribute, parameterName) ||
      is<UnitAttr>(attribute, channelName) || is<UnitAttr>(attribute, cotangentName) ||
      is<FloatAttr>(attribute, defaultName) || is<FloatAttr>(attribute, mostName) ||
      is<FloatAttr>(attribute, withinName))
    return success();
  return op->emitError() << "of an argument `" << attribute.getName().getValue() << " = "
                         << attribute.getValue() << "` says nothing";
}

LogicalResult XphiDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                                       NamedAttribute attribute) {
  if (is<IntegerAttr>(attribute, deriveName) || is<UnitAttr>(attribute, derivativeName) ||
      is<StringAttr>(attribute, kernelName) || is<PromiseAttr>(attribute, promiseName) ||
      is<EvaluationAttr>(attribute, evaluationName) || is<DefaultsAttr>(attribute, defaultsName) ||
      is<IntegerAttr>(attribute, pairFitName) || is<IntegerAttr>(attribute, doubleFitName) ||
      is<UnitAttr>(attribute, inPairsName) || is<UnitAttr>(attribute, "xphi.usual_branches"))
    return success();
  return op->emitError() << "of a result `" << attribute.getName().getValue() << " = "
                         << attribute.getValue() << "` says nothing";
}

EvaluationAttr EvaluationAttr::in(EvaluatedIn numbers) const {
  return get(getContext(), numbers, getWatched(), getLoose(), getUlps(), getInfinities(),
             getTried(), getPairFit(), getDoubleFit());
}

EvaluationAttr EvaluationAttr::watchedForEverything() const {
  return get(getContext(), EvaluatedIn::Watched, WatchedFor::Everything, getLoose(), getUlps(),
             getInfinities(), getTried(), getPairFit(), getDoubleFit());
}

EvaluationAttr EvaluationAttr::withInfinities() const {
  return get(getContext(), getNumbers(), getWatched(), getLoose(), getUlps(), true, getTried(),
             getPairFit(), getDoubleFit());
}

EvaluationAttr EvaluationAttr::triedFor(ArrayRef<float> inputs) const {
  return get(getContext(), getNumbers(), getWatched(), getLoose(), getUlps(), getInfinities(),
             DenseF32ArrayAttr::get(getContext(), inputs), getPairFit(), getDoubleFit());
}

} // namespace xphi::compiler
