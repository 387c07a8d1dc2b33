// An engine that keeps nothing on disk: a kernel of an earlier build must not be measured.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

namespace xphi::numerics {

inline Engine &uncachedEngine() {
  static Engine engine([] {
    Options options = Options::fromEnvironment();
    options.cacheDirectory.clear();
    options.compileSeconds = 120; // on a machine that does much else
    return options;
  }());
  return engine;
}

} // namespace xphi::numerics
