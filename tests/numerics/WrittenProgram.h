// Random programs as people write them: activations, gates and losses, with parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>

namespace xphi::numerics {

/// What may stand in a program, beside lines, choices and library functions.
struct Written {
  unsigned inputs = 0;      ///< 1 or 2; 0: either
  bool parameters = false;  ///< one to three
  bool steps = true;        ///< floor, round, sign and the like, comparisons, corners
  bool derivatives = false; ///< diff of anything, and of that again
  bool clauses = false;     ///< a function of its own with `grad` or `kink`
  bool draws = false;       ///< dropout
  bool composed = false;    ///< functions of functions, quotients and logarithms of exponentials
  bool powers = false;      ///< whole ones up to 64, negative and broken ones
  bool extremes = false;    ///< very large and small constants, and those next to 1
  bool ends = false;        ///< what leaves all numbers far out, beside what may be zero
};

/// Definitions, the last one being meant: sums, products and quotients of activations of lines,
/// behind lets and choices, of functions of its own. The same for the same seed on every machine.
std::string writtenProgram(std::uint64_t seed, const Written &written);

} // namespace xphi::numerics
