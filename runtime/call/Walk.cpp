// The arithmetic of blocks, steps and units.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Walk.h"

#include <algorithm>

namespace xphi {
namespace {

// From here on one call for each row costs less than giving every element its channel's value.
constexpr std::size_t leastRow = 256;

// What a step brings into the nearest cache, next to the arrays of the call itself.
constexpr std::size_t widestStep = 1024;

std::size_t widestPiece(std::size_t columns) {
  return std::min(widestStep, Walk::scratchElements / std::max<std::size_t>(columns, 1) / 16 * 16);
}

constexpr std::size_t ceilDivide(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

} // namespace

Walk::Walk(std::size_t n, ChannelLayout layout, const WalkPurpose &purpose)
    : total(n), channelCount(purpose.channels ? layout.channels : 1),
      rowLength(channelCount > 1 ? layout.inner : n), widest(widestPiece(purpose.columns)) {
  if (channelCount == 1 || rowLength >= std::min(leastRow, widest))
    setRows(n);
  else
    setTiles(n);

  const std::size_t wanted = std::clamp<std::size_t>(n / leastUnit, 1, maxUnits);
  groups = std::min(blockCount, wanted);
  splitCount = std::min({wanted / groups, stepCount, n});
  if (purpose.channelSums != 0)
    splitCount = std::min(splitCount, maxPartialSums / purpose.channelSums / channelCount);
  splitCount = std::max<std::size_t>(splitCount, 1);
}

void Walk::setRows(std::size_t n) {
  segments = std::max<std::size_t>(ceilDivide(rowLength, leastUnit), 1);
  blockCount = channelCount;
  stepCount = n / (channelCount * rowLength) * segments;
}

void Walk::setTiles(std::size_t n) {
  rows = false;
  const std::size_t period = channelCount * rowLength;
  periodic = period <= widest;
  if (periodic) {
    repeatCount = widest / period;
    stepWidth = repeatCount * period;
    blockChannels = channelCount;
    stepCount = ceilDivide(n, stepWidth);
  } else {
    blockChannels = std::max<std::size_t>(widest / rowLength, 1);
    blockCount = ceilDivide(channelCount, blockChannels);
    stepCount = n / period;
  }
}

Walk::Range Walk::channelsOf(std::size_t block) const {
  return {block * blockChannels, std::min((block + 1) * blockChannels, channelCount)};
}

Walk::Range Walk::elements(std::size_t block, std::size_t step) const {
  if (periodic)
    return {step * stepWidth, std::min((step + 1) * stepWidth, total)};
  const std::size_t period = channelCount * rowLength;
  if (!rows) {
    const Range inBlock = channelsOf(block);
    return {step * period + inBlock.begin * rowLength, step * period + inBlock.end * rowLength};
  }
  const std::size_t outer = segments == 1 ? step : step / segments;
  const std::size_t begin = outer * period + block * rowLength;
  const std::size_t inRow = (step - outer * segments) * leastUnit;
  return {begin + inRow, begin + std::min(inRow + leastUnit, rowLength)};
}

Walk::Range Walk::blocksOf(std::size_t unit) const {
  const std::size_t group = unit / splitCount;
  return {group * blockCount / groups, (group + 1) * blockCount / groups};
}

Walk::Range Walk::stepsOf(std::size_t unit) const {
  const std::size_t split = splitOf(unit);
  return {split * stepCount / splitCount, (split + 1) * stepCount / splitCount};
}

} // namespace xphi
