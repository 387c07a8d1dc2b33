// The table of targets.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Target.h"

#include <algorithm>

namespace xphi {
namespace {

using enum Target::Machine;

constexpr Target targets[] = {
    {"x86-64-v3", X86_64, 8, 3},     {"x86-64-v4", X86_64, 16, 4},
    {"aarch64-neon", AArch64, 4, 1}, {"aarch64-sve256", AArch64, 8, 2},
    {"riscv64-rvv", RiscV64, 4, 1},  {"wasm32-simd128", Wasm32, 4, 1},
    {"cuda-sm_80", Cuda, 1, 80},     {"cuda-sm_90", Cuda, 1, 90},
    {"cuda-sm_100", Cuda, 1, 100},   {"cuda-sm_120", Cuda, 1, 120},
};

} // namespace

std::span<const Target> Target::all() { return targets; }

std::optional<Target> Target::parse(std::string_view name) {
  const auto *found = std::ranges::find(targets, name, &Target::name);
  return found == std::ranges::end(targets) ? std::nullopt : std::optional(*found);
}

std::string Target::known() {
  std::string names;
  for (const Target &target : targets)
    names += (names.empty() ? "" : ", ") + std::string(target.name);
  return names;
}

} // namespace xphi
