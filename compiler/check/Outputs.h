// What a kernel's results are: the value, then each gradient.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_OUTPUTS_H
#define XPHI_COMPILER_CHECK_OUTPUTS_H

#include "check/KernelCheck.h"

#include <string>
#include <vector>

namespace xphi::compiler {

std::vector<ElementType> resultTypes(const CheckedFunction &function);

/// "value", "gradient in x"
std::string outputName(const KernelSpec &spec, std::size_t output);

/// What is known of each, the best first: what is proved, if nothing was found against the whole,
/// and for all inputs what the whole was found to be.
std::vector<Certificate::Piece> piecesOf(const Certificate &whole, const CheckedFunction &function,
                                         const std::vector<Certificate::Piece> &proved);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_OUTPUTS_H
