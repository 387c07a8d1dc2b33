// What a kernel's results are: the value, then each gradient.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_OUTPUTS_H
#define XPHI_COMPILER_CHECK_OUTPUTS_H

#include "approx/LinesProof.h"
#include "check/KernelCheck.h"

#include <optional>
#include <string>
#include <vector>

namespace xphi::compiler {

std::vector<ElementType> resultTypes(const CheckedFunction &function);

/// "value", "gradient in x"
std::string outputName(const KernelSpec &spec, std::size_t output);

/// What the operations of an output are to compute, with the parameters' defaults, as each of the
/// inputs varies; none where it is not a function of one float or two, or promised in another unit
/// than its ulp.
std::vector<LinesTruth> linesTruthsOf(const CheckedFunction &function, std::size_t output);

/// Of operations on record, what a proof says.
Certificate::Piece provedPiece(const Certificate::Piece &recorded, const Lines &lines,
                               const LinesTruth &truth, const LinesProof &proof);

/// What is known of each, the best first: what is proved, if nothing was found against the whole,
/// and for all inputs what the whole was found to be; with it the operations, of which `xphi
/// certify` may prove more, where `proved` has these without a method.
std::vector<Certificate::Piece> piecesOf(const Certificate &whole, const CheckedFunction &function,
                                         const std::vector<Certificate::Piece> &proved);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_OUTPUTS_H
