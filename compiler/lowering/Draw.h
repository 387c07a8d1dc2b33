// Random bits of elements as straight code: Philox 4x32-10, as abi/Draw.h has it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_DRAW_H
#define XPHI_COMPILER_LOWERING_DRAW_H

#include "lowering/Numbers.h"

namespace xphi::compiler {

struct Drawn {
  Number p, seed, stream; ///< in f64
  bool oneKey;            ///< seed and stream are the same in all lanes
};

/// The lanes that are dropped. `index`, an i64, is that of the first lane; of several lanes it is a
/// multiple of the words that a counter gives.
Mask dropped(const Drawn &drawn, mlir::Value index);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_DRAW_H
