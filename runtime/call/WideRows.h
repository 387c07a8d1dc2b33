// Columns of rows added up in vectors of 512 bits, where the processor has them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ElementSums.h"

namespace xphi {

/// As addRows(), with the same bits, for the first columns only: so many, 0 on other processors.
std::size_t addRowsIn512Bits(double *sums, const Rows &rows, std::size_t n);

} // namespace xphi
