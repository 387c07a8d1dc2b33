// Units of a Walk, the scratch each of them has on its stack, and the sums they leave behind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sweep.h"

#include "Sum.h"

#include <algorithm>

namespace xphi {

Roles::Roles(const Operands &operands) {
  for (std::size_t i = 0; i != operands.outputCount; ++i) {
    if (operands.outputKinds[i] == VariableKind::Input)
      continue;
    const bool byChannel = operands.outputKinds[i] == VariableKind::Channel;
    sums[sumCount] = {i, byChannel ? channelSums : sumCount - channelSums, byChannel};
    channelSums += byChannel;
    ++sumCount;
  }
  for (std::size_t i = 0; i != operands.parameterCount; ++i)
    if (operands.isChannel[i])
      channelParameters[channelCount++] = i;
}

WalkPurpose Roles::purpose(const Operands &operands) const {
  return {operands.byChannel || channelSums != 0,
          sumCount + (operands.byChannel ? channelCount : 0), channelSums};
}

/// What one thread does in one go.
class SweepUnit {
public:
  SweepUnit(Sweep &sweep, std::size_t index);
  std::int32_t run();

private:
  void begin(std::size_t block);
  const float *spread(Walk::Range channels, const float *values, float *into) const;
  std::int32_t step(Walk::Range range);
  void end(std::size_t block);

  Sweep &sweep;
  const Operands &operands;
  const Roles &roles;
  const Walk &walk;
  const std::size_t index, piece;
  const bool spreads; ///< channel values become one for each element
  const std::size_t valueColumns;
  const KernelEntry entry;
  const float *values[maxOperands]; ///< for each channel parameter, at the elements of a step
  float parameters[maxOperands];
  double scalars[maxOperands];
  LaneSum lanes[maxOperands];
  alignas(64) float scratch[Walk::scratchElements];
  alignas(64) double columns[Walk::scratchElements];
};

SweepUnit::SweepUnit(Sweep &sweep, std::size_t index)
    : sweep(sweep), operands(sweep.operands), roles(sweep.roles), walk(sweep.walk), index(index),
      piece(walk.piece()), spreads(operands.byChannel && !walk.inRows()),
      valueColumns(spreads ? roles.channelCount : 0),
      entry(spreads ? operands.channelsEntry : operands.entry) {
  for (std::size_t i = 0; i != operands.parameterCount; ++i)
    parameters[i] = operands.parameters[i];
  std::fill_n(scalars, roles.sumCount, 0);
}

static_assert(sizeof(SweepUnit) < Sweep::unitBytes);

std::int32_t SweepUnit::run() {
  const Walk::Range blocks = walk.blocksOf(index), steps = walk.stepsOf(index);
  for (std::size_t block = blocks.begin; block != blocks.end; ++block) {
    begin(block);
    for (std::size_t i = steps.begin; i != steps.end; ++i)
      if (const std::int32_t failed = step(walk.elements(block, i)))
        return failed;
    end(block);
  }
  for (std::size_t i = 0; i != roles.sumCount; ++i)
    if (const Roles::Sum &sum = roles.sums[i]; !sum.byChannel)
      sweep.scalarParts[sum.ordinal * Walk::maxUnits + index] = scalars[i];
  return 0;
}

void SweepUnit::begin(std::size_t block) {
  const Walk::Range channels = walk.channelsOf(block);
  for (std::size_t i = 0; i != roles.channelCount && operands.byChannel; ++i) {
    float &parameter = parameters[roles.channelParameters[i]];
    const float *given = operands.channelValues[i];
    float *into = scratch + i * piece;
    if (!spreads && given)
      parameter = given[channels.begin];
    else if (spreads && given)
      values[i] = spread(channels, given, into);
    else if (spreads)
      values[i] = std::fill_n(into, piece, parameter) - piece;
  }
  if (walk.inRows())
    for (std::size_t i = 0; i != roles.sumCount; ++i)
      lanes[i].clear();
  else
    std::fill_n(columns, roles.sumCount * piece, 0);
}

const float *SweepUnit::spread(Walk::Range channels, const float *given, float *into) const {
  if (walk.inner() == 1 && !walk.isPeriodic())
    return given + channels.begin;
  float *end = into;
  for (std::size_t channel = channels.begin; channel != channels.end; ++channel)
    end = std::fill_n(end, walk.inner(), given[channel]);
  const auto period = std::size_t(end - into);
  for (std::size_t i = 1; i < walk.repeats(); ++i)
    for (std::size_t k = 0; k != period; ++k)
      *end++ = into[k];
  return into;
}

std::int32_t SweepUnit::step(Walk::Range range) {
  const std::size_t longest = roles.sumCount ? piece : range.size();
  for (std::size_t at = range.begin; at != range.end;) {
    const std::size_t n = std::min(longest, range.end - at);
    const void *in[2 * maxOperands];
    void *out[maxOperands];
    for (std::size_t i = 0; i != operands.inputCount; ++i)
      in[i] = static_cast<const std::uint8_t *>(operands.inputs[i]) + at * operands.inputBytes[i];
    for (std::size_t i = 0; i != valueColumns; ++i)
      in[operands.inputCount + i] = values[i];
    for (std::size_t i = 0; i != operands.outputCount; ++i)
      out[i] = static_cast<std::uint8_t *>(operands.outputs[i]) + at * operands.outputBytes[i];
    for (std::size_t i = 0; i != roles.sumCount; ++i)
      out[roles.sums[i].output] = scratch + (valueColumns + i) * piece;
    if (const std::int32_t failed =
            entry(in, out, parameters, std::int64_t(n), std::int64_t(operands.first + at)))
      return failed;
    for (std::size_t i = 0; i != roles.sumCount; ++i) {
      const float *gradient = scratch + (valueColumns + i) * piece;
      if (walk.inRows())
        lanes[i].add(gradient, n);
      else
        addColumns(columns + i * piece, gradient, n);
    }
    at += n;
  }
  return 0;
}

void SweepUnit::end(std::size_t block) {
  const Walk::Range channels = walk.channelsOf(block);
  const std::size_t period = channels.size() * walk.inner();
  for (std::size_t i = 0; i != roles.sumCount; ++i) {
    const Roles::Sum &sum = roles.sums[i];
    double *first = columns + i * piece;
    for (std::size_t k = 1; k < walk.repeats(); ++k)
      addColumns(first, first + k * period, period);
    if (!sum.byChannel) {
      scalars[i] += walk.inRows() ? lanes[i].total() : joinTree(first, period);
      continue;
    }
    for (std::size_t channel = channels.begin; channel != channels.end; ++channel) {
      const double total =
          walk.inRows() ? lanes[i].total()
                        : joinTree(first + (channel - channels.begin) * walk.inner(), walk.inner());
      if (walk.splits() == 1)
        static_cast<float *>(operands.outputs[sum.output])[channel] = float(total);
      else
        sweep.channelPart(sum, walk.splitOf(index), channel) = total;
    }
  }
}

Sweep::Sweep(const Operands &operands)
    : operands(operands), roles(operands),
      walk(operands.n, operands.layout, roles.purpose(operands)) {}

void Sweep::run(std::size_t index) {
  if (failed.load(std::memory_order_relaxed))
    return;
  SweepUnit unit(*this, index);
  if (const std::int32_t result = unit.run())
    failed = result;
}

std::int32_t Sweep::finish() {
  if (failed)
    return failed;
  for (std::size_t i = 0; i != roles.sumCount; ++i) {
    const Roles::Sum &sum = roles.sums[i];
    auto *output = static_cast<float *>(operands.outputs[sum.output]);
    if (!sum.byChannel)
      *output = float(joinTree(scalarParts + sum.ordinal * Walk::maxUnits, walk.units()));
    else if (walk.splits() > 1)
      for (std::size_t channel = 0; channel != walk.channels(); ++channel)
        output[channel] =
            float(joinTree(&channelPart(sum, 0, channel), walk.splits(), walk.channels()));
  }
  return 0;
}

} // namespace xphi
