// How fast a kernel is, next to copying the same numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

namespace demo {

xphi::Status showSpeed(const xphi::Kernel &kernel);

} // namespace demo
