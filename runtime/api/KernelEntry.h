// What a call of a kernel calls: a function of its artifact, or the interpreter in its place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "abi/Artifact.h"

namespace xphi {

/// Called like a CpuEntry.
struct KernelEntry {
  using Interpret = std::int32_t (*)(const void *context, const void *const *inputs,
                                     void *const *outputs, const void *params, std::int64_t n,
                                     std::int64_t first);

  CpuEntry code = nullptr;
  Interpret interpret = nullptr; ///< where there is no code
  const void *context = nullptr; ///< of `interpret`

  KernelEntry(CpuEntry code = nullptr) : code(code) {}
  KernelEntry(Interpret interpret, const void *context) : interpret(interpret), context(context) {}

  std::int32_t operator()(const void *const *inputs, void *const *outputs, const void *params,
                          std::int64_t n, std::int64_t first) const {
    return code ? code(inputs, outputs, params, n, first)
                : interpret(context, inputs, outputs, params, n, first);
  }
};

} // namespace xphi
