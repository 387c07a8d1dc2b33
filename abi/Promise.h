// A tier in numbers: how far off a result in f32 may be.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "KernelSpec.h"

#include <algorithm>
#include <cstddef>

namespace xphi {

/// What Accuracy::ulp may ask for.
inline constexpr double leastUlps = 1, mostUlps = 65536;

struct Promise {
  double ulps;          ///< at most, of f32; in Fast, units of 2^-24 of the result
  double least = 0;     ///< smaller results count as this large
  bool isExact = false; ///< of one input
};

/// Whether it is what the library's own functions are tested for.
inline bool isTestedPromise(const KernelSpec &spec) {
  return (spec.tier == Tier::Accurate || spec.tier == Tier::Reproducible) && spec.ulps == 4;
}

/// For arrays of these types, a result of f32.
inline Promise promiseOf(const KernelSpec &spec) {
  const auto isF32 = [](ElementType type) { return type == ElementType::F32; };
  switch (spec.tier) {
  case Tier::Fast:
    if (isF32(spec.types.output) && std::ranges::all_of(spec.types.inputs, isF32))
      return {.ulps = 1024, .least = 0x1p-14};
    return {.ulps = 4};
  case Tier::Exact:
    return {.ulps = 1, .isExact = spec.types.inputs.size() == 1};
  default:
    return {.ulps = spec.ulps};
  }
}

/// How many of its own ulps a result of this type may be off: shorter ones than f32 are the nearest
/// in every tier, and of several inputs nearly that.
inline double promisedUlps(const KernelSpec &spec, ElementType type) {
  const bool isOfOne = spec.types.inputs.size() == 1;
  if (sizeOf(type) < sizeof(float))
    return isOfOne ? 0.5 : 0.5 + 0x1p-8;
  const Promise promise = promiseOf(spec);
  return promise.isExact ? 0.5 : promise.least > 0 ? 4 : promise.ulps;
}

} // namespace xphi
