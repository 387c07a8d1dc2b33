// What the copies of a Kernel share: loaded code, what it was made from, and who runs it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "HostMemory.h"
#include "Interpretation.h"
#include "ProgramText.h"
#include "Variables.h"
#include "runtime/host/Workers.h"
#include "runtime/load/Artifact.h"
#include "runtime/load/CudaBindings.h"

#include <xphi/Kernel.hpp>

#include <algorithm>
#include <atomic>
#include <future>

namespace xphi {

/// What comes in place of an interpreted kernel's code.
class Successor {
public:
  /// Null until it is there.
  const Kernel::Code *get() const noexcept { return ready.load(std::memory_order_acquire); }
  /// Once.
  void set(const Status &how, std::shared_ptr<const Kernel::Code> code) {
    kept = std::move(code);
    ready.store(kept.get(), std::memory_order_release);
    outcome.set_value(how);
  }
  /// How it went, once that is known.
  Status wait() const { return done.get(); }

private:
  std::promise<Status> outcome;
  const std::shared_future<Status> done = outcome.get_future().share();
  std::shared_ptr<const Kernel::Code> kept;
  std::atomic<const Kernel::Code *> ready{nullptr};
};

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
  HostBytes bytes;                  ///< for Kernel::bytes(); empty: of another build
  std::size_t stack = 0;            ///< bytes of stack to have for a call; 0: what every thread has
  bool direct = false;              ///< a call on floats can go to the artifact as it is
  std::shared_ptr<const Interpretation> interpretation; ///< in place of an artifact
  std::shared_ptr<Successor> successor;                 ///< of an interpretation

  bool empty() const { return !artifact.image && !interpretation; }
  /// What to call now.
  const Code &latest() const noexcept {
    const Code *next = successor ? successor->get() : nullptr;
    return next ? *next : *this;
  }
  KernelEntry entry(bool ofBackward, bool channels = false) const {
    if (interpretation)
      return interpretation->entry(ofBackward, channels);
    if (channels)
      return ofBackward ? artifact.backwardChannels : artifact.forwardChannels;
    return ofBackward ? artifact.backward : artifact.forward;
  }
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
