// What a function does at zero: whether it jumps there, and whether it is a line to the right.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/TaylorModel.h"

#include <optional>
#include <span>
#include <utility>

namespace xphi::compiler {

inline constexpr View bothSides[] = {View::Left, View::Right};

/// Whether f(0) is not the limit from these sides; `order` is that of the zero there.
bool jumpsAtZero(const SmoothFunction &f, unsigned order, std::span<const View> sides);

/// c, as two floats, if f is c·xᵒʳᵈᵉʳ for all x > 0, but for 2^-44 of itself; of an order of 0
/// or 1.
std::optional<std::pair<float, float>> lineToTheRight(const SmoothFunction &f, unsigned order);

} // namespace xphi::compiler
