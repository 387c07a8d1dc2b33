// What the bits of an element stand for, and the nearest element to a number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/ElementType.hpp>

#include <cstdint>

namespace xphi {

/// Exact.
double valueOf(std::uint64_t bits, ElementType type);

/// The bits of the element next to `value`, ties to even; quiet for NaN, for which integers have 0.
/// Beyond the largest one saturating types have the largest, others from half an ulp on infinity.
/// Independent of the rounding mode.
std::uint64_t nearestElement(double value, ElementType type);

/// The largest finite one.
double largestElement(ElementType type);

/// The distance between elements at `value`'s size; below the normal ones theirs, above the largest
/// its own.
double ulpOf(double value, ElementType type);

} // namespace xphi
