// What code is made for: a level of x86-64, or an NVIDIA architecture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace xphi {

struct Target {
  std::string_view name; ///< "x86-64-v3", "cuda-sm_80"
  unsigned lanes;        ///< f32 values in one vector of the loop; 1 on a GPU
  unsigned capability;   ///< of a GPU: 80 for sm_80; 0 on a CPU
  /// How much a CPU must have: it runs code of its own level and of those below. 0 on a GPU, whose
  /// driver makes code of its own for any that is not older.
  unsigned level;

  /// What tells a C function for this target from its twins: "v3", "v4".
  std::string_view shortName() const { return name.substr(name.rfind('-') + 1); }
  bool isCuda() const { return capability != 0; }
  /// Whether a CPU for which `machine` is the best target runs code for this one.
  bool runsOn(const Target &machine) const { return level != 0 && level <= machine.level; }

  /// Nothing if xphi makes no code for it.
  static std::optional<Target> parse(std::string_view name);
  /// Every target, most ordinary first.
  static std::span<const Target> all();
  /// Their names, for messages.
  static std::string known();
};

} // namespace xphi
