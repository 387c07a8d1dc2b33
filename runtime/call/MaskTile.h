// A kernel with a mask, a tile at a time: bytes for the kernel, bits for the caller.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The artifact's masks have a byte for each element, because all outputs of a Halide loop are
// equally long; they live in the nearest cache only.
#pragma once

#include "MaskBits.h"
#include "runtime/api/KernelEntry.h"

namespace xphi {

struct MaskTile {
  static constexpr std::size_t elements = 4096; ///< at most; a tile starts with a byte of the mask

  KernelEntry entry; ///< of forward or of backward
  const float *parameters;

  /// Each returns what the entry does. `first` is the index of the tile's first element.
  std::int32_t forward(const float *x, float *y, std::uint8_t *bits, std::size_t count,
                       std::size_t first) const {
    std::uint8_t mask[elements];
    const void *in[] = {x};
    void *out[] = {y, mask};
    const std::int32_t result =
        entry(in, out, parameters, std::int64_t(count), std::int64_t(first));
    if (result == 0)
      packMask(mask, count, bits);
    return result;
  }
  std::int32_t backward(const std::uint8_t *bits, const float *dy, float *dx, std::size_t count,
                        std::size_t first) const {
    std::uint8_t mask[elements];
    unpackMask(bits, count, mask);
    const void *in[] = {mask, dy};
    void *out[] = {dx};
    return entry(in, out, parameters, std::int64_t(count), std::int64_t(first));
  }
};

} // namespace xphi
