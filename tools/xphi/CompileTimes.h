// How long it takes from a text to a kernel: new function, new signature, fresh process, cached.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Result.hpp>

#include <string>

namespace xphi::command {

/// Milliseconds but for loadMicroseconds. Medians of several functions or processes; `worst` of the
/// same.
struct CompileTimes {
  double newFunction = 0, newFunctionWorst = 0;   ///< known signature, warm process
  double newSignature = 0, newSignatureWorst = 0; ///< loops of a kind not met before, warm process
  double firstUse =
      0; ///< fresh process, empty cache: from the engine's construction to the first result
  double firstUseWhole = 0;    ///< the same process from its start to its end
  double loadMicroseconds = 0; ///< fresh process, kernel in the cache folder: the compile() call
  double loadWhole = 0;        ///< that process from its start to its end
};

/// In cache folders of its own, which are empty at first and gone afterwards.
Result<CompileTimes> measureCompileTimes();

/// What the fresh processes run, `xphi bench --probe FOLDER`: compiles and calls one function,
/// prints its times.
Result<std::string> probe(const std::string &cacheFolder);

} // namespace xphi::command
