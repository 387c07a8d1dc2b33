// How far an element is from the truth, in its own ulps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_ELEMENTERROR_H
#define XPHI_COMPILER_CHECK_ELEMENTERROR_H

#include "abi/ElementTypes.h"
#include "abi/Promise.h"
#include "compiler/truth/Enclosure.h"

#include <xphi/Certificate.hpp>

namespace xphi::compiler {

/// In ulps of the truth; for f32 of the larger of it and `largestTerm`. Infinite where one is NaN
/// or an infinity and the other is not. An element is nearest if its error is no more than 0.5.
double elementError(double got, const reference::Enclosure &truth, double largestTerm,
                    ElementType type);

/// In what errors of a kernel are counted, and how large they may be.
class ErrorScale {
public:
  explicit ErrorScale(const KernelSpec &spec) : spec(spec), promise(promiseOf(spec)) {}

  Certificate::Unit unit(ElementType type, bool isDerivative) const;
  double most(ElementType type) const;
  double errorOf(double got, const reference::Enclosure &truth, double largestTerm,
                 ElementType type) const;

private:
  bool isRelative() const { return promise.least > 0; }
  bool isExact(ElementType type) const { return promise.isExact && sizeOf(type) >= sizeof(float); }

  const KernelSpec &spec;
  const Promise promise;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_ELEMENTERROR_H
