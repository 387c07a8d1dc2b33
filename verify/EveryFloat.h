// Kernels of one function at every float there is, beside what the text truly is there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Blocks.h"
#include "Pieces.h"
#include "Ranks.h"

#include <xphi/xphi.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace xphi::verify {

struct Tested {
  Kernel kernel;
  double bound = 4;           ///< what is further off is counted, in ulp
  bool isToBeNearest = false; ///< and no other float
  Scale scale = {};           ///< of the bound
};

struct Candidate {
  float x, got;
  double error; ///< in ulp
};

/// Which floats: runs of neighbours, one in `oneIn`.
struct Extent {
  Extent(unsigned oneIn = 1) : oneIn(oneIn) {}
  /// All of these ranks.
  Extent(std::int64_t first, std::int64_t last) : first(first), last(last) {}

  std::int64_t first = -ranks / 2, last = ranks / 2 - 1, run = std::int64_t(1) << 20;
  unsigned oneIn = 1;
};

struct Findings {
  std::uint64_t nearest = 0; ///< results that are the float next to the truth for certain
  /// Of kernels that are to give that float, and the first of them.
  std::uint64_t wrong = 0, undecided = 0;
  std::vector<Candidate> firstWrong;
  std::uint64_t beyond = 0;        ///< further off than the bound, or no number where there is one
  std::vector<Candidate> furthest; ///< at most one of 2^20 neighbours, the furthest first
  std::uint64_t stepsUp = 0, stepsDown = 0;
  double worstAbsolute = 0; ///< of finite ones
  float most = -HUGE_VALF, least = HUGE_VALF;
};

struct Walk {
  std::uint64_t inputs = 0;  ///< at which kernels were run
  std::uint64_t asked = 0;   ///< by Arb, one by one
  std::uint64_t unknown = 0; ///< of those Arb does not tell
  std::uint64_t skipped = 0; ///< where the function changes faster than floats follow each other
  double sampled = 0;        ///< how far the polynomials are from Arb, at a sample, in ulp
  std::uint64_t samples = 0;
  std::uint64_t stepsUp = 0, stepsDown = 0; ///< of the truth
  /// Of floats next to it.
  float most = -HUGE_VALF, least = HUGE_VALF;
  std::vector<Findings> findings; ///< of each kernel
};

/// At all 2^32 patterns, or fewer, on `threads` threads. `did` hears of how many patterns were
/// done, from any thread. Kernels are of the subject's one input.
Result<Walk> everyFloat(const Subject &subject, Pass pass, std::span<const Tested> kernels,
                        const Extent &extent, unsigned threads,
                        const std::function<void(double)> &did);

} // namespace xphi::verify
