// One checked call on the CPU: over channels, in units that threads share, with sums for
// parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This needs nothing but the kernel's entries: the compiler links the same code into the objects it
// makes ahead of time (ObjectCalls.cpp), which so give the same bits.
#pragma once

#include "Walk.h"
#include "abi/Artifact.h"
#include "runtime/api/KernelEntry.h"
#include "runtime/api/VariableKind.h"

#include <atomic>
#include <cstddef>

namespace xphi {

/// What a call calls, reads and writes.
struct Operands {
  KernelEntry entry, channelsEntry; ///< of forward or of backward
  std::size_t n = 0;                ///< not 0
  std::size_t first = 0;            ///< index of the first element
  std::size_t inputCount = 0, outputCount = 0, parameterCount = 0;
  const void *inputs[maxOperands]; ///< x..., dy
  void *outputs[maxOperands];      ///< y, or one for each gradient; a parameter's takes the sum
  std::uint8_t inputBytes[maxOperands], outputBytes[maxOperands]; ///< of an element; of sums 4
  VariableKind outputKinds[maxOperands];
  float parameters[maxOperands];
  bool isChannel[maxOperands]; ///< of each parameter
  ChannelLayout layout;
  /// For each channel parameter, in order: one value a channel, or null where `parameters` has it.
  const float *channelValues[maxOperands];
  bool byChannel = false; ///< not all of these are null
};

/// The outputs that are sums, and where the channel parameters stand among all parameters.
struct Roles {
  explicit Roles(const Operands &operands);
  WalkPurpose purpose(const Operands &operands) const;

  /// A gradient of a parameter.
  struct Sum {
    std::size_t output;  ///< which of the call's
    std::size_t ordinal; ///< among the sums of its kind
    bool byChannel;
  };
  Sum sums[maxOperands];
  std::size_t sumCount = 0, channelSums = 0;
  std::size_t channelParameters[maxOperands];
  std::size_t channelCount = 0;
};

/// Large: meant for the stack of one call.
class Sweep {
public:
  explicit Sweep(const Operands &operands);

  std::size_t units() const { return walk.units(); }
  /// Each unit once, in any order, on any thread.
  void run(std::size_t unit);
  /// After the last unit: joins the sums. What the kernel returned, 0 if all is well.
  std::int32_t finish();

  /// Bytes of stack that run() takes, but for the kernel's own.
  static constexpr std::size_t unitBytes = std::size_t(64) << 10;

private:
  friend class SweepUnit;
  double &channelPart(const Roles::Sum &sum, std::size_t split, std::size_t channel) {
    return channelParts[(sum.ordinal * walk.splits() + split) * walk.channels() + channel];
  }

  const Operands &operands;
  const Roles roles;
  const Walk walk;
  std::atomic<std::int32_t> failed{0};
  // Written by units, each its own part.
  double scalarParts[maxOperands * Walk::maxUnits];
  double channelParts[Walk::maxPartialSums];
};

} // namespace xphi
