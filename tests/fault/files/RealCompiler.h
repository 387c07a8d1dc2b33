// Children that compile gelu with the real compiler library and check it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "StoppedChild.h"
#include "tests/runtime/Sandbox.h"

#include <cmath>

namespace xphi::test {

/// What a child's exit status says.
enum Outcome : int { Right = 0, WrongNumber = 1, NoMemoryToLink = 2, OtherError = 3 };

/// Compiles x·Φ(x), forward and backward, and compares a value and a slope with known ones.
inline Outcome compileGelu(const std::string &cacheDirectory) {
  Options options;
  options.cacheDirectory = cacheDirectory;
  options.compileSeconds = 120; // of a machine that does other things, too
  const auto gelu = Engine(options).compile("x * Phi(x)");
  if (!gelu)
    return gelu.error().code() == "X1004" ? NoMemoryToLink : OtherError;
  const float x = 1, dy = 1;
  float y = 0, dx = 0;
  const bool called =
      gelu->forward({&x, 1}, {&y, 1}) && gelu->backward({&x, 1}, {&dy, 1}, {&dx, 1});
  return called && std::abs(y - 0.8413447) < 1e-6 && std::abs(dx - 1.0833155) < 1e-6 ? Right
                                                                                     : WrongNumber;
}

} // namespace xphi::test
