// The kernels of one input of 8 bits as tables: what is true at each of its 256 elements.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_TRUTHTABLES_H
#define XPHI_COMPILER_CHECK_TRUTHTABLES_H

#include "approx/ElementTable.h"
#include "check/KernelCheck.h"

#include <vector>

namespace xphi::compiler {

/// Of the value, then of the gradient if there is one. A result is the nearest element, ties to
/// even, with the sign that arithmetic gives a zero; a slope the float next to it, which with one
/// rounding more is what `accurate` promises. None for other functions, for those with parameters
/// or random bits, where more is promised, and where one of the elements is not known: a pole, a
/// middle between two that is not arithmetic's.
std::vector<ElementTable> truthTables(const CheckedFunction &function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_TRUTHTABLES_H
