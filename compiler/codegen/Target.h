// What code is made for: a level of x86-64, or an NVIDIA architecture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_TARGET_H
#define XPHI_COMPILER_CODEGEN_TARGET_H

#include <optional>
#include <string>
#include <string_view>

namespace xphi::compiler {

struct Target {
  std::string name;        ///< as asked for: "x86-64-v3", "x86-64-v4", "cuda-sm_80"
  unsigned lanes = 1;      ///< f32 values in one vector of the loop; 1 on a GPU
  unsigned capability = 0; ///< of a GPU: 80 for sm_80; 0 on a CPU

  /// What tells a C function for this target from its twins: "v3", "v4".
  std::string shortName() const { return name.substr(name.rfind('-') + 1); }
  bool isCuda() const { return capability != 0; }
  /// What Halide calls it, with everything off that would need a runtime or change bits.
  std::string halideName() const;

  /// Nothing if xphi makes no code for it.
  static std::optional<Target> parse(std::string_view name);
  /// The names that parse() knows, for messages.
  static constexpr std::string_view known =
      "x86-64-v3, x86-64-v4, cuda-sm_80, cuda-sm_86, cuda-sm_89, cuda-sm_90, cuda-sm_100";
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_TARGET_H
