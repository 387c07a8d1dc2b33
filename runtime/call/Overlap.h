// Whether two arrays of any strides have memory in common.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "StridedLoop.h"

namespace xphi {

/// An array by its own extents, of which none is 0.
struct StridedMemory {
  LoopOperand operand;
  std::size_t rank;
  const std::int64_t *extents;
};

/// Exact for what views of real programs look like: columns of one matrix, every second element.
/// Where that would take long, true.
bool shareMemory(const StridedMemory &a, const StridedMemory &b);

/// Whether no two elements of it share memory; false where that is not simple to see.
bool isOneToOne(const StridedMemory &memory);

} // namespace xphi
