// The layout of a tensor's channels, from its shape.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/Kernel.hpp>

namespace xphi {

Result<ChannelLayout> ChannelLayout::along(std::span<const std::size_t> shape,
                                           std::ptrdiff_t axis) {
  const auto rank = std::ptrdiff_t(shape.size());
  if (axis < -rank || axis >= rank)
    return Error("X2025", "there is no axis " + std::to_string(axis) + " in a tensor of rank " +
                              std::to_string(rank));
  const auto position = std::size_t(axis < 0 ? axis + rank : axis);
  ChannelLayout layout{shape[position], 1};
  for (const std::size_t extent : shape.subspan(position + 1))
    if (__builtin_mul_overflow(layout.inner, extent, &layout.inner))
      return Error("X2025", "the tensor's extents after axis " + std::to_string(axis) +
                                " do not fit in 64 bits");
  return layout;
}

} // namespace xphi
