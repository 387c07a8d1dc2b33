// How one call goes over its arrays: blocks of channels, steps, and units that threads share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything here follows from the shape alone, never from the number of threads: the units are
// also the parts that sums over all elements are made of.
#pragma once

#include <xphi/Kernel.hpp>

#include <cstddef>

namespace xphi {

/// What a walk is for.
struct WalkPurpose {
  bool channels = false;       ///< the channel of an element matters
  std::size_t columns = 0;     ///< scratch arrays that a step fills: values and gradients
  std::size_t channelSums = 0; ///< gradients of channel parameters
};

class Walk {
public:
  Walk(std::size_t n, ChannelLayout layout, const WalkPurpose &purpose);

  struct Range {
    std::size_t begin, end;
    std::size_t size() const { return end - begin; }
  };

  /// Whether a step stays in one channel. Otherwise it holds whole inner rows of a block's
  /// channels, and starts with the block's first channel.
  bool inRows() const { return rows; }
  std::size_t blocks() const { return blockCount; }
  std::size_t steps() const { return stepCount; } ///< of each block
  Range channelsOf(std::size_t block) const;
  Range elements(std::size_t block, std::size_t step) const;
  std::size_t inner() const { return rowLength; }
  /// How often a step that is not in rows goes through its block's channels, where it goes through
  /// all channels there are; else 1.
  std::size_t repeats() const { return repeatCount; }
  /// Whether a step is the next one's neighbour, and holds all channels.
  bool isPeriodic() const { return periodic; }
  std::size_t channels() const { return channelCount; }
  /// Longest piece of a step that the scratch arrays hold, a multiple of 16; steps that are not in
  /// rows are no longer.
  std::size_t piece() const { return widest; }

  /// A unit is some blocks, and some steps of each of them.
  std::size_t units() const { return groups * splitCount; }
  std::size_t splits() const { return splitCount; }
  Range blocksOf(std::size_t unit) const;
  Range stepsOf(std::size_t unit) const;
  std::size_t splitOf(std::size_t unit) const { return unit % splitCount; }

  static constexpr std::size_t maxUnits = 64;
  /// Numbers kept for the sums of all channels over each split.
  static constexpr std::size_t maxPartialSums = 4096;
  /// Of the scratch arrays together, in elements.
  static constexpr std::size_t scratchElements = 4096;
  /// Shorter calls stay on their thread.
  static constexpr std::size_t leastUnit = std::size_t(1) << 15;

private:
  void setRows(std::size_t n);
  void setTiles(std::size_t n);

  std::size_t total, channelCount, rowLength, widest;
  bool rows = true;
  std::size_t segments = 1, blockChannels = 1, stepWidth = 0, repeatCount = 1;
  bool periodic = false;
  std::size_t blockCount = 1, stepCount = 1, groups = 1, splitCount = 1;
};

} // namespace xphi
