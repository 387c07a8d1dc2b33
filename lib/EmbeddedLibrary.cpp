// The process's one library.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/EmbeddedLibrary.h"

namespace xphi::lib {

const dsl::Library &library() {
  static const dsl::Library embedded(files());
  return embedded;
}

} // namespace xphi::lib
