// What a shared library of one function is called.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ElementTypes.h"

#include <string>
#include <string_view>

namespace xphi {

/// "my_gelu_bf16.x86-64-v3.so", its SONAME and the name of its file: libraries whose functions have
/// different names have different ones, else the loader takes one for the other. f32 is not named,
/// nor is a target that the functions' names leave out.
inline std::string sharedName(std::string_view prefix, std::string_view function,
                              const ArrayTypes &types, std::string_view target) {
  std::string name = std::string(prefix) + std::string(function);
  if (const std::string of = types.symbol(); of != nameOf(ElementType::F32))
    name += "_" + of;
  if (!target.empty())
    name += "." + std::string(target);
  return name + ".so";
}

} // namespace xphi
