// Tables of doubles in memory, of which each lane reads a row.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_ROWSOFDOUBLES_H
#define XPHI_COMPILER_LOWERING_ROWSOFDOUBLES_H

#include "lowering/Numbers.h"

#include <vector>

namespace xphi::compiler {

/// The columns of a table, a constant of the module where code is being built, at each lane's row,
/// whose number is an i32. Rows are loaded whole, as many numbers at a time as there are lanes, and
/// these squares turned over. `rows` has `columns` doubles for each.
std::vector<Number> columnsOf(llvm::StringRef name, const std::vector<double> &rows,
                              unsigned columns, const Numbers &f64, mlir::Value index);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_ROWSOFDOUBLES_H
