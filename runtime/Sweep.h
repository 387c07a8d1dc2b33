// Runs one checked call on the CPU: over channels, over threads, with sums for parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "KernelCode.h"

namespace xphi {

/// What a call reads and writes.
struct Operands {
  bool backward = false;
  std::size_t n = 0;
  std::size_t inputCount = 0, outputCount = 0;
  const float *inputs[maxOperands]; ///< x..., dy
  float *outputs[maxOperands];      ///< y, or one for each gradient; a parameter's takes the sum
  float parameters[maxOperands];
  ChannelLayout layout;
  /// For each channel parameter, in order: one value a channel, or null where `parameters` has it.
  const float *channelValues[maxOperands];
  bool byChannel = false; ///< not all of these are null
};

/// X2019 when the kernel fails.
Status sweep(const Kernel::Code &code, const Operands &operands);

} // namespace xphi
