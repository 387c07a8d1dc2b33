// What functions of reals, their arguments and operations are marked with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function is a `func.func` of `!xphi.real` arguments: inputs first, each with the attribute
// `xphi.input = "name"`, then parameters with `xphi.parameter = "name"`. Further attributes of
// arguments: `xphi.channel` on a parameter that has a value for each channel, `xphi.default = v`
// where its default is known, `xphi.cotangent` on the input that is the incoming gradient,
// `xphi.most` on one that is no larger in magnitude, as what a bounded function gave, and
// `xphi.within` where lanes in which it is larger are not evaluated in f32.
//
// What is said of the function itself stands with its first result: `xphi.derive = i`, it stands
// for the derivative of its body in argument i; `xphi.kernel`, the name of the kernel that it is a
// result of; `xphi.is_derivative`, where it is one; and, as XphiAttributes.td has them,
// `xphi.promise`, `xphi.evaluation` and `xphi.defaults`. `xphi.pair_fit` and `xphi.double_fit` are
// the numbers of fits of the whole, and `xphi.in_pairs` says that those of parts give pairs of
// floats (lowering/PairErrors.h); the evaluation takes these over.
//
// Operations have inherent attributes: on a sum `slopes`, where differentiation made it, and in a
// derivative `is_value`, where the function itself has it.
//
// Discardable attributes of functions are for people: `xphi.why`, what is in the way of a faster
// evaluation, in words, and `xphi.rules`, the names of those that were applied. Of these two alone
// the dialect's verifier takes that they are discardable.
#ifndef XPHI_COMPILER_DIALECT_ATTRIBUTES_H
#define XPHI_COMPILER_DIALECT_ATTRIBUTES_H

#include "dialect/XphiDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

inline constexpr llvm::StringLiteral inputName = "xphi.input", parameterName = "xphi.parameter",
                                     defaultName = "xphi.default", channelName = "xphi.channel",
                                     cotangentName = "xphi.cotangent", mostName = "xphi.most",
                                     withinName = "xphi.within";

inline constexpr llvm::StringLiteral deriveName = "xphi.derive",
                                     derivativeName = "xphi.is_derivative",
                                     kernelName = "xphi.kernel", promiseName = "xphi.promise",
                                     evaluationName = "xphi.evaluation",
                                     defaultsName = "xphi.defaults", pairFitName = "xphi.pair_fit",
                                     inPairsName = "xphi.in_pairs",
                                     doubleFitName = "xphi.double_fit";

inline constexpr llvm::StringLiteral slopesName = "slopes", valueName = "is_value";

inline constexpr llvm::StringLiteral whyName = "xphi.why", appliedRulesName = "xphi.rules";

/// What is said of a function; null if it is not.
template <class Attr = mlir::Attribute>
Attr said(mlir::func::FuncOp function, llvm::StringRef name) {
  return function.getResultAttrOfType<Attr>(0, name);
}
inline void say(mlir::func::FuncOp function, llvm::StringRef name, mlir::Attribute attribute) {
  function.setResultAttr(0, name, attribute);
}

/// Every function has a promise before Approximate, and an evaluation after it; passes fail where
/// these are missing (passes/Decisions.h), so that who asks for them later need not.
inline PromiseAttr promised(mlir::func::FuncOp function) {
  return said<PromiseAttr>(function, promiseName);
}
inline EvaluationAttr evaluationOf(mlir::func::FuncOp function) {
  return said<EvaluationAttr>(function, evaluationName);
}

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_ATTRIBUTES_H
