// The elements that a call goes over, as the fewest dimensions that all of its arrays agree on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "abi/Artifact.h"

#include <xphi/ElementType.hpp>

#include <cstddef>
#include <cstdint>

namespace xphi {

/// One array, seen from the loop. A stride of 0 is a broadcast, or a sum where it is written.
struct LoopOperand {
  static constexpr std::size_t maxRank = 8;

  std::byte *data; ///< of the element whose indices are 0
  ElementType type;
  std::int64_t strides[maxRank]; ///< bytes, of each of the loop's dimensions

  std::int64_t bytes() const { return std::int64_t(sizeOf(type)); }
};

struct StridedLoop {
  static constexpr std::size_t maxRank = LoopOperand::maxRank;

  std::size_t rank = 0;
  std::int64_t extents[maxRank]; ///< innermost first; none is 0
  std::size_t count = 0;
  static constexpr std::size_t maxCount = 2 * maxOperands + 1; ///< arrays, and indices
  LoopOperand operands[maxCount]; ///< the first has the say about the order

  /// Drops dimensions of one element, turns those around that the first operands walk backwards,
  /// puts small strides innermost, and makes one of dimensions that all operands see as one.
  /// Deterministic: nothing but the shapes and strides decides.
  void arrange();

  /// Whether the innermost dimension lies without gaps in this operand.
  bool isDense(const LoopOperand &operand) const {
    return rank == 0 || operand.strides[0] == operand.bytes();
  }

private:
  void removeDimension(std::size_t dimension);
  void swapDimensions(std::size_t a, std::size_t b);
  void turnAround(std::size_t dimension);
  bool belongsInside(std::size_t inner, std::size_t outer) const;
  bool areOne(std::size_t inner) const;
};

} // namespace xphi
