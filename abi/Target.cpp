// The table of targets.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Target.h"

#include <algorithm>

namespace xphi {
namespace {

constexpr Target targets[] = {
    {"x86-64-v3", 8, 0, 3},   {"x86-64-v4", 16, 0, 4},    {"cuda-sm_80", 1, 80, 0},
    {"cuda-sm_90", 1, 90, 0}, {"cuda-sm_100", 1, 100, 0}, {"cuda-sm_120", 1, 120, 0},
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
