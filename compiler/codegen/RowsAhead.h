// Where the rows of a table in memory lie, found an iteration ahead.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_ROWSAHEAD_H
#define XPHI_COMPILER_CODEGEN_ROWSAHEAD_H

#include "llvm/IR/Module.h"

namespace xphi::compiler {

/// Of loops whose iterations begin with addresses that are taken out of a vector, as
/// lowering/RowsInMemory.h has them: half of an iteration waits for these, in places that the next
/// one could have, and they come out of a vector by shuffles. Each iteration leaves those of the
/// next in memory, from where they are loaded one by one. The same operations: results have the
/// same bits.
void findRowsAhead(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_ROWSAHEAD_H
