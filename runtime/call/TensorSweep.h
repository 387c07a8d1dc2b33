// One pass of a kernel over arrays of any strides and types, in units that threads share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel knows arrays without gaps only. So the loop is cut into tiles; what lies without gaps
// in a tile is handed over as it is, the rest is gathered into scratch of the nearest cache, and
// scattered from there. A broadcast is gathered once for all tiles that see the same of it. Outputs
// that are sums are added up in double precision, in an order that shapes and strides decide and
// the number of threads does not.
#pragma once

#include "StridedLoop.h"
#include "runtime/api/KernelEntry.h"

#include <atomic>

namespace xphi {

/// What a pass calls, and on what.
struct TensorPass {
  static constexpr std::uint8_t discarded = 255; ///< an output that another pass writes
  static constexpr std::uint8_t noIndex = 255;

  KernelEntry entry;
  const float *parameters = nullptr;
  StridedLoop loop;
  std::size_t inputCount = 0, outputCount = 0;
  std::uint8_t inputAt[maxOperands], outputAt[maxOperands]; ///< which operand of the loop
  /// The operand, of no memory, whose offsets are the indices of elements, row by row. It comes
  /// first, so that the loop goes in their order.
  std::uint8_t indexAt = noIndex;
  ElementType outputTypes[maxOperands];
  bool isSum[maxOperands]; ///< of outputs; all sums are over the same dimensions
  bool isShared = false;   ///< by threads
};

/// Large: meant for the stack of one call.
class TensorSweep {
public:
  explicit TensorSweep(const TensorPass &pass); ///< of a loop that is arranged
  TensorSweep(const TensorSweep &) = delete;
  TensorSweep &operator=(const TensorSweep &) = delete;

  std::size_t units() const { return groups * splits; }
  /// Each unit once, in any order, on any thread.
  void run(std::size_t unit);
  /// After the last unit: joins the sums. What the kernel returned, 0 if all is well.
  std::int32_t finish();

  /// Bytes of stack that run() takes, but for the kernel's own.
  static constexpr std::size_t unitBytes = std::size_t(80) << 10;
  static constexpr std::size_t scratchElements = 4096, maxPartialSums = 4096;

private:
  friend class TensorUnit;

  /// The positions of tiles in the dimensions that a tile does not cover: those of one kind.
  struct Walk {
    struct Step {
      std::uint8_t dimension;
      std::int64_t extent, times; ///< one step is so many of the dimension's
    };
    Step steps[StridedLoop::maxRank];
    std::size_t rank = 0;
    std::int64_t count = 1;
    bool cuts = false; ///< the first step is from one cut of the tile's last dimension to the next

    void add(std::uint8_t dimension, std::int64_t extent, std::int64_t times = 1);
  };
  class Position;

  void cutTiles();
  void shareOut();
  bool isKept(std::size_t dimension) const;
  bool fillsTile(const LoopOperand &operand) const;
  std::size_t widthAt(const Position &block, const Position &step) const;
  void writeSums(const Position &block, std::size_t operandAt, const double *sums) const;

  const TensorPass &pass;
  const StridedLoop &loop;
  std::size_t sumCount = 0;
  const LoopOperand *firstSum = nullptr;
  /// A tile is all of the dimensions before this one, and at most `width` of it.
  std::size_t last = 0;
  std::int64_t width = 1, below = 1;
  std::size_t keptInTile = 1; ///< sums that a tile adds to
  std::size_t piece = 0;      ///< elements of a scratch array
  std::size_t floatsEach = 1; ///< what an element takes of it
  Walk blocks;                ///< over dimensions that sums keep: a block's sums are its own
  Walk steps;                 ///< over the others
  std::size_t groups = 1, splits = 1;
  std::atomic<std::int32_t> failed{0};
  double partialSums[maxPartialSums]; ///< [sum][split][block][kept]
};

} // namespace xphi
