// What code is made for: a level of x86-64, another processor, or an NVIDIA architecture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace xphi {

struct Target {
  enum class Machine { X86_64, AArch64, RiscV64, Wasm32, Cuda };

  std::string_view name; ///< "x86-64-v3", "cuda-sm_80"
  Machine machine;
  unsigned lanes; ///< f32 values in one vector of the loop; 1 on a GPU
  /// How much the machine must have: it runs code of its own level and of those below; of a GPU 80
  /// for sm_80.
  unsigned level;

  /// What tells a C function for this target from its twins: "v3", "v4".
  std::string_view shortName() const { return name.substr(name.rfind('-') + 1); }
  bool isCuda() const { return machine == Machine::Cuda; }
  /// Of a CPU for which there is no runtime: objects are made for it, and no kernels.
  bool isForeign() const { return machine != Machine::X86_64 && machine != Machine::Cuda; }
  /// Of a CPU.
  unsigned pointerBytes() const { return machine == Machine::Wasm32 ? 4 : 8; }
  /// Whether a CPU for which `best` is the best target runs code for this one. Of a GPU the driver
  /// decides, which makes code of its own for any that is not older.
  bool runsOn(const Target &best) const {
    return !isCuda() && machine == best.machine && level <= best.level;
  }

  /// Nothing if xphi makes no code for it.
  static std::optional<Target> parse(std::string_view name);
  /// Every target, most ordinary first.
  static std::span<const Target> all();
  /// Their names, for messages.
  static std::string known();
};

} // namespace xphi
