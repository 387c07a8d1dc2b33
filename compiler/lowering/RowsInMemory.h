// Rows of a table in memory, one for each lane, turned over: its columns.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_ROWSINMEMORY_H
#define XPHI_COMPILER_LOWERING_ROWSINMEMORY_H

#include "lowering/Numbers.h"

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace xphi::compiler {

/// Of a table of rows of 8 floats, in a multiple of 8 lanes. `words` tell the row, as integers:
/// `first` and smaller ones the first, and those that are too large the last. The table becomes a
/// constant of the module.
llvm::SmallVector<Number> columnsOfRows(const Numbers &f32, mlir::Value words, uint32_t first,
                                        const std::vector<float> &table);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_ROWSINMEMORY_H
