// What the bits of an element stand for, and the nearest element to a number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/ElementType.hpp>

#include <cstdint>

namespace xphi {

/// Exact.
double valueOf(std::uint32_t bits, ElementType type);

/// The bits of the element next to `value`, ties to even; infinite from half an ulp beyond the
/// largest one on, quiet for NaN. Independent of the rounding mode.
std::uint32_t nearestElement(double value, ElementType type);

/// The distance between elements at `value`'s size; below the normal ones theirs, above the largest
/// its own.
double ulpOf(double value, ElementType type);

} // namespace xphi
