// Tiles, blocks and units; what one unit gathers, calls, scatters and adds up.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TensorSweep.h"

#include "ElementCopy.h"
#include "ElementSums.h"
#include "Walk.h"
#include "runtime/api/KernelCode.h"

#include <algorithm>
#include <cstdlib>

namespace xphi {
namespace {

// From here on a call for each row costs less than a copy into tiles.
constexpr std::int64_t leastRow = 256;
// What a tile brings into the nearest cache, next to the arrays of the call itself.
constexpr std::size_t widestTile = 1024;
// Rows that lie apart, of which the processor fetches ahead what is not there: it follows a stream
// in each page. Fetched instead is the next row, of arrays beyond the caches.
constexpr std::int64_t page = 4096, cacheLine = 64;
constexpr std::int64_t leastRead = std::int64_t(16) << 20, leastWritten = std::int64_t(2) << 20;
// Added to the sums of columns at once: more would take the nearest cache for little.
constexpr std::size_t mostRowsHeld = 8;

constexpr std::int64_t ceilDivide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

struct Range {
  std::int64_t begin, end;
};

/// The i-th of `parts` parts of `count`, which differ by at most one.
Range partOf(std::int64_t count, std::size_t parts, std::size_t i) {
  const std::int64_t whole = count / std::int64_t(parts), rest = count % std::int64_t(parts);
  const auto begin = [&](std::int64_t k) { return k * whole + std::min(k, rest); };
  return {begin(std::int64_t(i)), begin(std::int64_t(i) + 1)};
}

} // namespace

void TensorSweep::Walk::add(std::uint8_t dimension, std::int64_t extent, std::int64_t times) {
  steps[rank++] = {dimension, extent, times};
  count *= extent;
}

/// Where a walk is, as offsets of every operand.
class TensorSweep::Position {
public:
  Position(const StridedLoop &loop, const Walk &walk, std::int64_t start) : loop(loop), walk(walk) {
    std::fill_n(offsets, loop.count, 0);
    for (std::size_t i = 0; i != walk.rank; ++i) {
      indices[i] = start % walk.steps[i].extent;
      start /= walk.steps[i].extent;
      move(walk.steps[i], indices[i]);
    }
  }

  void advance() {
    for (std::size_t i = 0; i != walk.rank; ++i) {
      const Walk::Step &step = walk.steps[i];
      if (++indices[i] != step.extent)
        return move(step, 1);
      move(step, 1 - step.extent);
      indices[i] = 0;
    }
  }
  std::int64_t operator[](std::size_t operand) const { return offsets[operand]; }
  /// Elements of the cut dimension before this position.
  std::int64_t cut() const { return walk.cuts ? indices[0] * walk.steps[0].times : 0; }

private:
  void move(const Walk::Step &step, std::int64_t by) {
    for (std::size_t i = 0; i != loop.count; ++i)
      offsets[i] += by * step.times * loop.operands[i].strides[step.dimension];
  }

  const StridedLoop &loop;
  const Walk &walk;
  std::int64_t indices[StridedLoop::maxRank];
  std::int64_t offsets[StridedLoop::maxCount];
};

TensorSweep::TensorSweep(const TensorPass &pass) : pass(pass), loop(pass.loop) {
  for (std::size_t i = 0; i != pass.outputCount; ++i) {
    if (!pass.isSum[i])
      continue;
    firstSum = &loop.operands[pass.outputAt[i]];
    ++sumCount;
  }
  cutTiles();
  shareOut();
}

bool TensorSweep::isKept(std::size_t dimension) const {
  return !firstSum || firstSum->strides[dimension] != 0;
}

bool TensorSweep::fillsTile(const LoopOperand &operand) const {
  std::int64_t stride = operand.bytes();
  const std::size_t end = last + (width > 1 || last == 0);
  for (std::size_t i = 0; i != std::min(end, loop.rank); ++i) {
    if (operand.strides[i] != stride)
      return false;
    stride *= loop.extents[i];
  }
  return true;
}

void TensorSweep::cutTiles() {
  std::size_t copied = 0;
  for (std::size_t i = 0; i != pass.inputCount; ++i)
    copied += !loop.isDense(loop.operands[pass.inputAt[i]]);
  for (std::size_t i = 0; i != pass.outputCount; ++i)
    copied += pass.outputAt[i] == TensorPass::discarded || pass.isSum[i] ||
              !loop.isDense(loop.operands[pass.outputAt[i]]);

  const std::int64_t inner = loop.rank == 0 ? 1 : loop.extents[0];
  const bool inRows = inner >= leastRow;
  // What has no gaps in the innermost dimension may have some in a tile of several.
  const std::size_t columns = inRows ? copied : pass.inputCount + pass.outputCount;
  for (std::size_t i = 0; i != loop.count; ++i)
    floatsEach = std::max(floatsEach, std::size_t(loop.operands[i].bytes()) / sizeof(float));
  for (std::size_t i = 0; i != pass.outputCount; ++i)
    floatsEach = std::max(floatsEach, sizeOf(pass.outputTypes[i]) / sizeof(float));
  piece = std::min(widestTile,
                   scratchElements / floatsEach / std::max<std::size_t>(columns, 1) / 16 * 16);
  // What is copied nowhere is cut for threads only: to begin once more takes 0.2 µs.
  const std::size_t uncut = pass.isShared ? xphi::Walk::leastUnit : maxSlice;
  const auto longest = std::int64_t(columns == 0 ? uncut : piece);
  if (!inRows)
    while (last + 1 < loop.rank && below * loop.extents[last] <= longest)
      below *= loop.extents[last++];
  const std::int64_t extent = loop.rank == 0 ? 1 : loop.extents[last];
  width = std::clamp<std::int64_t>(longest / below, 1, extent);

  const std::int64_t cuts = ceilDivide(extent, width);
  if (loop.rank != 0) {
    Walk &walk = isKept(last) ? blocks : steps;
    walk.add(std::uint8_t(last), cuts, width);
    walk.cuts = true;
  }
  for (std::size_t i = last + 1; i < loop.rank; ++i)
    (isKept(i) ? blocks : steps).add(std::uint8_t(i), loop.extents[i]);
  for (std::size_t i = 0; i < std::min(last + 1, loop.rank); ++i)
    if (isKept(i))
      keptInTile *= std::size_t(i == last ? width : loop.extents[i]);
}

void TensorSweep::shareOut() {
  std::int64_t elements = 1;
  for (std::size_t i = 0; i != loop.rank; ++i)
    elements *= loop.extents[i];
  const std::int64_t wanted = std::clamp<std::int64_t>(
      elements / std::int64_t(xphi::Walk::leastUnit), 1, std::int64_t(xphi::Walk::maxUnits));
  groups = std::size_t(std::min(blocks.count, wanted));
  splits = std::size_t(std::min(wanted / std::int64_t(groups), steps.count));
  if (sumCount != 0) {
    const auto each = std::int64_t(sumCount * keptInTile);
    const std::int64_t most = blocks.count > std::int64_t(maxPartialSums)
                                  ? 0
                                  : std::int64_t(maxPartialSums) / each / blocks.count;
    splits = std::size_t(std::clamp<std::int64_t>(most, 1, std::int64_t(splits)));
  }
}

std::size_t TensorSweep::widthAt(const Position &block, const Position &step) const {
  const std::int64_t extent = loop.rank == 0 ? 1 : loop.extents[last];
  return std::size_t(std::min(width, extent - block.cut() - step.cut()));
}

/// What one thread does in one go.
class TensorUnit {
public:
  TensorUnit(TensorSweep &sweep, std::size_t index);
  std::int32_t run();

private:
  using Position = TensorSweep::Position;

  TileView viewOf(const LoopOperand &operand) const { return {viewRank, extents, operand.strides}; }
  void setWidth(std::size_t width);
  std::int32_t runTile(const Position &block, const Position &step);
  const void *input(std::size_t i, std::byte *data);
  bool liesInRowsApart(const LoopOperand &operand) const;
  void chooseFetched();
  template <bool written> void fetchNextRow(const LoopOperand &operand, const std::byte *row) const;
  void addUp(double *sums, const void *tile, ElementType type) const;
  std::size_t bytesOfPiece() const { return sweep.piece * sweep.floatsEach * sizeof(float); }
  void addHeldRows();
  void endBlock(const Position &block, std::int64_t number);

  TensorSweep &sweep;
  const TensorPass &pass;
  const StridedLoop &loop;
  const std::size_t index, viewRank;
  std::int64_t extents[StridedLoop::maxRank]; ///< of the tile
  std::size_t elements = 0;                   ///< of the tile
  void *scratchOf[2 * maxOperands]; ///< inputs, then outputs; null: handed over as they are
  const std::byte *filledFrom[maxOperands];
  std::size_t filled[maxOperands];
  bool isFetched[2 * maxOperands] = {}; ///< inputs, then outputs
  /// Of sums by column, rows that are not added yet, and of how many there is room for; none where
  /// a tile is more than a row.
  std::size_t held = 0, mostHeld = 0;
  alignas(64) float scratch[TensorSweep::scratchElements];
  alignas(64) double sums[TensorSweep::scratchElements];
};

static_assert(sizeof(TensorUnit) + 2 * 2048 < TensorSweep::unitBytes);

TensorUnit::TensorUnit(TensorSweep &sweep, std::size_t index)
    : sweep(sweep), pass(sweep.pass), loop(sweep.loop), index(index),
      viewRank(std::max<std::size_t>(std::min(sweep.last + 1, loop.rank), 1)) {
  extents[0] = 1;
  for (std::size_t i = 0; i < sweep.last; ++i)
    extents[i] = loop.extents[i];
  const std::size_t each = sweep.piece * sweep.floatsEach;
  float *next = scratch;
  const auto place = [&](std::size_t pieces) {
    float *mine = pieces != 0 ? next : nullptr;
    next += pieces * each;
    return mine;
  };
  for (std::size_t i = 0; i != pass.inputCount; ++i) {
    scratchOf[i] = place(!sweep.fillsTile(loop.operands[pass.inputAt[i]]));
    filledFrom[i] = nullptr;
  }
  for (std::size_t i = 0; i != pass.outputCount; ++i)
    if (!pass.isSum[i])
      scratchOf[pass.inputCount + i] = place(pass.outputAt[i] == TensorPass::discarded ||
                                             !sweep.fillsTile(loop.operands[pass.outputAt[i]]));
  if (sweep.sumCount != 0 && viewRank == 1 && loop.rank != 0 && sweep.isKept(0)) {
    const std::size_t left = std::size_t(scratch + TensorSweep::scratchElements - next);
    mostHeld = std::min(left / each / sweep.sumCount, mostRowsHeld);
  }
  for (std::size_t i = 0; i != pass.outputCount; ++i)
    if (pass.isSum[i])
      scratchOf[pass.inputCount + i] = place(std::max<std::size_t>(mostHeld, 1));
  chooseFetched();
}

void TensorUnit::setWidth(std::size_t width) {
  extents[loop.rank == 0 ? 0 : sweep.last] = std::int64_t(width);
  elements = std::size_t(sweep.below) * width;
}

std::int32_t TensorUnit::run() {
  const Range blocks = partOf(sweep.blocks.count, sweep.groups, index / sweep.splits);
  const Range steps = partOf(sweep.steps.count, sweep.splits, index % sweep.splits);
  Position block(loop, sweep.blocks, blocks.begin);
  for (std::int64_t i = blocks.begin; i != blocks.end; ++i, block.advance()) {
    if (sweep.sumCount != 0)
      std::fill_n(sums, sweep.sumCount * sweep.keptInTile, 0);
    Position step(loop, sweep.steps, steps.begin);
    for (std::int64_t k = steps.begin; k != steps.end; ++k, step.advance()) {
      setWidth(sweep.widthAt(block, step));
      if (const std::int32_t failed = runTile(block, step))
        return failed;
    }
    if (held != 0)
      addHeldRows();
    if (sweep.sumCount != 0)
      endBlock(block, i);
  }
  return 0;
}

const void *TensorUnit::input(std::size_t i, std::byte *data) {
  void *tile = scratchOf[i];
  if (!tile)
    return data;
  // The dimension that tiles are cut in is their last: a shorter tile is the start of a longer one.
  if (filledFrom[i] != data || filled[i] < elements) {
    const LoopOperand &operand = loop.operands[pass.inputAt[i]];
    gather(tile, data, viewOf(operand), std::size_t(operand.bytes()));
    filledFrom[i] = data;
    filled[i] = elements;
  }
  return tile;
}

bool TensorUnit::liesInRowsApart(const LoopOperand &operand) const {
  if (viewRank != 1 || loop.rank < 2)
    return false;
  const std::int64_t stride = operand.strides[1];
  return stride != 0 && stride != loop.extents[0] * operand.bytes() && std::abs(stride) <= page;
}

// Where two inputs are the halves of one matrix, what is fetched past one's row is the other's.
// 16-bit elements are written more slowly than they are fetched.
void TensorUnit::chooseFetched() {
  std::int64_t elements = 1;
  for (std::size_t i = 0; i != loop.rank; ++i)
    elements *= loop.extents[i];
  std::size_t apart = 0;
  for (std::size_t i = 0; i != pass.inputCount + pass.outputCount; ++i) {
    const bool isInput = i < pass.inputCount;
    if (scratchOf[i] || (!isInput && pass.isSum[i - pass.inputCount]))
      continue;
    const LoopOperand &operand =
        loop.operands[isInput ? pass.inputAt[i] : pass.outputAt[i - pass.inputCount]];
    if (!liesInRowsApart(operand))
      continue;
    ++apart;
    isFetched[i] = isInput ? elements * operand.bytes() >= leastRead
                           : elements * operand.bytes() >= leastWritten && operand.bytes() >= 4;
  }
  if (apart > 1)
    std::fill_n(isFetched, pass.inputCount, false);
}

template <bool written>
void TensorUnit::fetchNextRow(const LoopOperand &operand, const std::byte *row) const {
  const std::int64_t bytes = std::int64_t(elements) * operand.bytes();
  for (std::int64_t i = 0; i < bytes; i += cacheLine)
    __builtin_prefetch(row + operand.strides[1] + i, written);
}

std::int32_t TensorUnit::runTile(const Position &block, const Position &step) {
  const void *in[maxOperands];
  void *out[maxOperands];
  const auto at = [&](std::size_t operand) {
    return loop.operands[operand].data + block[operand] + step[operand];
  };
  for (std::size_t i = 0; i != pass.inputCount; ++i) {
    std::byte *data = at(pass.inputAt[i]);
    in[i] = input(i, data);
    if (isFetched[i])
      fetchNextRow<false>(loop.operands[pass.inputAt[i]], data);
  }
  void *const *staged = scratchOf + pass.inputCount;
  for (std::size_t i = 0; i != pass.outputCount; ++i)
    out[i] = !staged[i]      ? at(pass.outputAt[i])
             : pass.isSum[i] ? static_cast<std::byte *>(staged[i]) + held * bytesOfPiece()
                             : staged[i];
  for (std::size_t i = 0; i != pass.outputCount; ++i)
    if (isFetched[pass.inputCount + i])
      fetchNextRow<true>(loop.operands[pass.outputAt[i]], at(pass.outputAt[i]));
  const std::int64_t first =
      pass.indexAt == TensorPass::noIndex ? 0 : block[pass.indexAt] + step[pass.indexAt];
  if (const std::int32_t failed =
          pass.entry(in, out, pass.parameters, std::int64_t(elements), first))
    return failed;
  if (mostHeld != 0 && ++held == mostHeld)
    addHeldRows();
  std::size_t sum = 0;
  for (std::size_t i = 0; i != pass.outputCount; ++i) {
    if (pass.isSum[i] && mostHeld != 0)
      continue;
    if (pass.isSum[i]) {
      addUp(sums + sum++ * sweep.keptInTile, staged[i], pass.outputTypes[i]);
    } else if (staged[i] && pass.outputAt[i] != TensorPass::discarded) {
      const LoopOperand &operand = loop.operands[pass.outputAt[i]];
      scatter(at(pass.outputAt[i]), staged[i], viewOf(operand), std::size_t(operand.bytes()));
    }
  }
  return 0;
}

// Rows of the tile are added to one sum, or to one each.
void TensorUnit::addUp(double *into, const void *tile, ElementType type) const {
  const bool kept = sweep.isKept(0) && loop.rank != 0;
  const auto length = std::size_t(extents[0]), bytes = length * sizeOf(type);
  const auto *from = static_cast<const std::byte *>(tile);
  std::int64_t indices[StridedLoop::maxRank] = {};
  std::size_t strides[StridedLoop::maxRank] = {}, stride = 1;
  for (std::size_t i = 0; i != viewRank; ++i)
    if (sweep.isKept(i) && loop.rank != 0) {
      strides[i] = stride;
      stride *= std::size_t(extents[i]);
    }
  const bool addsRows = kept && viewRank > 1 && !sweep.isKept(1);
  const std::size_t rows = addsRows ? std::size_t(extents[1]) : 1;
  for (std::size_t offset = 0;;) {
    if (kept) {
      addRows(into + offset, {from, type, rows, bytes}, length);
    } else {
      LaneSum lanes;
      lanes.clear();
      addElements(lanes, from, type, length);
      into[offset] += lanes.total();
    }
    from += rows * bytes;
    std::size_t i = addsRows ? 2 : 1;
    for (; i < viewRank; ++i) {
      offset += strides[i];
      if (++indices[i] != extents[i])
        break;
      offset -= strides[i] * std::size_t(extents[i]);
      indices[i] = 0;
    }
    if (i >= viewRank)
      return;
  }
}

void TensorUnit::addHeldRows() {
  double *into = sums;
  for (std::size_t i = 0; i != pass.outputCount; ++i)
    if (pass.isSum[i]) {
      addRows(into, {scratchOf[pass.inputCount + i], pass.outputTypes[i], held, bytesOfPiece()},
              elements);
      into += sweep.keptInTile;
    }
  held = 0;
}

void TensorUnit::endBlock(const Position &block, std::int64_t number) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i != pass.outputCount; ++i) {
    if (!pass.isSum[i])
      continue;
    const double *mine = sums + sum * sweep.keptInTile;
    if (sweep.splits > 1) {
      const std::size_t row = (sum * sweep.splits + index % sweep.splits);
      std::copy_n(mine, sweep.keptInTile,
                  sweep.partialSums +
                      (row * std::size_t(sweep.blocks.count) + std::size_t(number)) *
                          sweep.keptInTile);
    } else {
      sweep.writeSums(block, pass.outputAt[i], mine);
    }
    ++sum;
  }
}

void TensorSweep::run(std::size_t index) {
  if (failed.load(std::memory_order_relaxed))
    return;
  TensorUnit unit(*this, index);
  if (const std::int32_t result = unit.run())
    failed = result;
}

// The order of a tile's sums: dimensions that are kept, innermost first.
void TensorSweep::writeSums(const Position &block, std::size_t operandAt,
                            const double *sums) const {
  const LoopOperand &operand = loop.operands[operandAt];
  std::int64_t extents[StridedLoop::maxRank], strides[StridedLoop::maxRank],
      indices[StridedLoop::maxRank] = {};
  std::size_t rank = 0;
  for (std::size_t i = 0; i < std::min(last + 1, loop.rank); ++i)
    if (isKept(i)) {
      extents[rank] = i == last ? std::min(width, loop.extents[i] - block.cut()) : loop.extents[i];
      strides[rank++] = operand.strides[i];
    }
  std::byte *at = operand.data + block[operandAt];
  for (;; ++sums) {
    storeRounded(at, operand.type, *sums);
    std::size_t i = 0;
    for (; i != rank; ++i) {
      at += strides[i];
      if (++indices[i] != extents[i])
        break;
      at -= strides[i] * extents[i];
      indices[i] = 0;
    }
    if (i == rank)
      return;
  }
}

std::int32_t TensorSweep::finish() {
  if (failed || splits == 1)
    return failed;
  std::size_t sum = 0;
  const std::size_t stride = std::size_t(blocks.count) * keptInTile;
  for (std::size_t i = 0; i != pass.outputCount; ++i) {
    if (!pass.isSum[i])
      continue;
    double *first = partialSums + sum++ * splits * stride;
    for (std::size_t k = 0; k != stride; ++k)
      joinTree(first + k, splits, stride);
    Position block(loop, blocks, 0);
    for (std::int64_t k = 0; k != blocks.count; ++k, block.advance())
      writeSums(block, pass.outputAt[i], first + std::size_t(k) * keptInTile);
  }
  return 0;
}

} // namespace xphi
