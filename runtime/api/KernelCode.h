// What the copies of a Kernel share: loaded code, what it was made from, and who runs it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ProgramText.h"
#include "Variables.h"
#include "runtime/host/Workers.h"
#include "runtime/load/Artifact.h"
#include "runtime/load/CudaBindings.h"

#include <xphi/Kernel.hpp>

#include <algorithm>

namespace xphi {

struct Kernel::Code {
  ProgramText program;
  Differentiation differentiation;
  KernelSpec spec;
  std::vector<float> defaults; ///< of the parameters, in order
  bool cuda = false;
  std::string timings;
  Artifact artifact;
  std::shared_ptr<LazyCudaDriver> driver;
  std::shared_ptr<Workers> workers; ///< null: calls stay on their thread
  mutable CudaModules modules;      ///< filled by launches
  std::string bytes;                ///< for Kernel::bytes(); empty: of another build
  std::size_t stack = 0;            ///< bytes of stack to have for a call; 0: what every thread has
  bool direct = false;              ///< a call on floats can go to the artifact as it is

  bool empty() const { return !artifact.image; }
  bool backward() const { return differentiation.backward(); }
  Keep keep() const { return differentiation.keep; }
  std::span<const Variable> gradients() const { return differentiation.gradients; }
  bool holdsFloats() const {
    const auto isFloat = [](ElementType type) { return type == ElementType::F32; };
    return isFloat(spec.types.output) && std::ranges::all_of(spec.types.inputs, isFloat);
  }
};

/// X2030
inline Error emptyKernel() {
  return Error("X2030",
               "this Kernel is empty: Engine::compile or Engine::load gives one that is not");
}

/// What a call of an artifact of at least so many bytes may take of stack. The compiler refuses
/// what takes 1 MiB; smaller artifacts have no room for code that takes more than some KiB.
constexpr std::size_t longArtifact = std::size_t(128) << 10;
constexpr std::size_t longArtifactStack = (std::size_t(1) << 20) + (std::size_t(64) << 10);

/// One call of an artifact is for at most this many elements, so that 32-bit indices in it cannot
/// overflow.
constexpr std::size_t maxSlice = std::size_t(1) << 30;

} // namespace xphi
