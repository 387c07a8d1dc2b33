// What functions of reals, their arguments and operations are marked with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function is a `func.func` of `!xphi.real` arguments: inputs first, each with the attribute
// `xphi.input = "name"`, then parameters with `xphi.parameter = "name"`. Further attributes:
// `xphi.channel` on a parameter that has a value for each channel, `xphi.default = v` where its
// default is known, `xphi.cotangent` on the input
// that is the incoming gradient, `xphi.most` on one that is no larger in magnitude, as what a
// bounded function gave; on a function `xphi.derive = i`, it stands for the derivative of
// its body in argument i, and `xphi.kernel`, the name of the kernel that it is a result of;
// `xphi.is_derivative`, where it is one; `xphi.watched`, where f64 is not known to do: "errors",
// "limits" at infinities only, or "everything", where what is known by its form did not do;
// `xphi.library`, where it is the value or a derivative of a library function that the tests know;
// `xphi.why`, what is in the way of a faster evaluation, in words; `xphi.loose`, where f64 may be
// off by more than 2^-37 of the result, as by a part of a term; on a sum `xphi.slopes`, where
// differentiation made it, and in a derivative `xphi.value`, where the function itself has it;
// `xphi.slack`, the ulps of f32 that the result may be off by, where its element has fewer digits.
// `xphi.promise` is how many ulp of f32 a result may be off, where that is not 4, and `xphi.exact`
// says that it is to be the nearest element; `xphi.pair_fit` is the number of the fit that gives it
// for most floats (approx/PairFit.h). `xphi.tried` says for which inputs of few bits f32 gives the
// right element, since all were tried: for 0, from the first magnitude to the second, and for none
// of the numbers that follow; `xphi.infinities`, that f32 gives the limits at infinities.
#ifndef XPHI_COMPILER_DIALECT_ATTRIBUTES_H
#define XPHI_COMPILER_DIALECT_ATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace xphi::compiler {

inline constexpr llvm::StringLiteral inputName = "xphi.input", parameterName = "xphi.parameter",
                                     defaultName = "xphi.default", channelName = "xphi.channel",
                                     cotangentName = "xphi.cotangent", deriveName = "xphi.derive",
                                     derivativeName = "xphi.is_derivative",
                                     kernelName = "xphi.kernel", valueName = "xphi.value",
                                     watchedName = "xphi.watched", libraryName = "xphi.library",
                                     whyName = "xphi.why", looseName = "xphi.loose",
                                     slopesName = "xphi.slopes", slackName = "xphi.slack",
                                     promiseName = "xphi.promise", exactName = "xphi.exact",
                                     pairFitName = "xphi.pair_fit", triedName = "xphi.tried",
                                     infinitiesName = "xphi.infinities",
                                     doubleFitName = "xphi.double_fit", mostName = "xphi.most";

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_ATTRIBUTES_H
