// Elements moved between strided arrays and tiles, and rounded to their type.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/ElementType.hpp>

#include <cstddef>
#include <cstdint>

namespace xphi {

/// Some dimensions of an array, innermost first. Strides in bytes.
struct TileView {
  std::size_t rank; ///< at least 1
  const std::int64_t *extents;
  const std::int64_t *strides;
};

/// Into a tile without gaps, and back. Any alignment.
void gather(void *tile, const void *array, const TileView &view, std::size_t bytesOfElement);
void scatter(void *array, const void *tile, const TileView &view, std::size_t bytesOfElement);

/// Rounded once, to the nearest, ties to even.
void storeRounded(void *element, ElementType type, double value);

} // namespace xphi
