// Evaluations with one thing changed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Attributes.h"

using namespace mlir;

namespace xphi::compiler {

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
