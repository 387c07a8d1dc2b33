// What the copies of a Kernel share: loaded code, what it was made from, and the way to the GPU.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Artifact.h"
#include "CudaBindings.h"
#include "ProgramText.h"

#include <xphi/Kernel.hpp>

namespace xphi {

struct Kernel::Code {
  ProgramText program;
  std::vector<float> defaults; ///< of the parameters, in order
  std::string target;
  unsigned order = 0;
  bool backward = false;
  bool cuda = false;
  std::string timings;
  Artifact artifact;
  std::shared_ptr<LazyCudaDriver> driver;
  mutable CudaModules modules; ///< filled by launches
};

/// Inputs of a function, dy of its backward kernel included: a call keeps their pointers on the
/// stack.
constexpr std::size_t maxOperands = 64;

/// One call is split into slices of this many elements, so that 32-bit indices in a kernel cannot
/// overflow.
constexpr std::size_t maxSlice = std::size_t(1) << 30;

} // namespace xphi
