// What code is made for: a level of x86-64, or an NVIDIA architecture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Target.h"

namespace xphi::compiler {

std::optional<Target> Target::parse(std::string_view name) {
  std::string text(name);
  if (name == "x86-64-v3")
    return Target{text, 8, 0};
  if (name == "x86-64-v4")
    return Target{text, 16, 0};
  for (unsigned capability : {80, 86, 89, 90, 100})
    if (text == "cuda-sm_" + std::to_string(capability))
      return Target{text, 1, capability};
  return std::nullopt;
}

std::string Target::halideName() const {
  const std::string quiet = "-no_runtime-no_asserts-no_bounds_query-strict_float";
  if (name == "x86-64-v3")
    return "x86-64-linux-sse41-avx-f16c-fma-avx2" + quiet;
  if (name == "x86-64-v4")
    return "x86-64-linux-sse41-avx-f16c-fma-avx2-avx512-avx512_skylake" + quiet;
  // Halide knows capabilities up to 86; the loop around the body uses nothing newer.
  return "x86-64-linux-cuda-cuda_capability_80-user_context" + quiet;
}

} // namespace xphi::compiler
