// Dimensions dropped, turned, sorted and merged.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "StridedLoop.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace xphi {

void StridedLoop::arrange() {
  for (std::size_t i = 0; i < rank;)
    if (extents[i] == 1)
      removeDimension(i);
    else
      ++i;
  for (std::size_t i = 0; i != rank; ++i)
    turnAround(i);
  for (std::size_t i = 1; i < rank; ++i)
    for (std::size_t k = i; k != 0 && belongsInside(k, k - 1); --k)
      swapDimensions(k, k - 1);
  for (std::size_t i = 0; i + 1 < rank;) {
    if (!areOne(i)) {
      ++i;
      continue;
    }
    extents[i + 1] *= extents[i];
    for (std::size_t k = 0; k != count; ++k)
      operands[k].strides[i + 1] = operands[k].strides[i];
    removeDimension(i);
  }
}

void StridedLoop::removeDimension(std::size_t dimension) {
  std::copy(extents + dimension + 1, extents + rank, extents + dimension);
  for (std::size_t i = 0; i != count; ++i) {
    std::int64_t *strides = operands[i].strides;
    std::copy(strides + dimension + 1, strides + rank, strides + dimension);
  }
  --rank;
}

void StridedLoop::swapDimensions(std::size_t a, std::size_t b) {
  std::swap(extents[a], extents[b]);
  for (std::size_t i = 0; i != count; ++i)
    std::swap(operands[i].strides[a], operands[i].strides[b]);
}

void StridedLoop::turnAround(std::size_t dimension) {
  const auto *first = std::find_if(operands, operands + count, [&](const LoopOperand &operand) {
    return operand.strides[dimension] != 0;
  });
  if (first == operands + count || first->strides[dimension] > 0)
    return;
  for (std::size_t i = 0; i != count; ++i) {
    std::int64_t &stride = operands[i].strides[dimension];
    operands[i].data += (extents[dimension] - 1) * stride;
    stride = -stride;
  }
}

// Broadcast operands have no say: their stride of 0 would pull every broadcast dimension inwards.
bool StridedLoop::belongsInside(std::size_t inner, std::size_t outer) const {
  for (std::size_t i = 0; i != count; ++i) {
    const std::int64_t a = std::abs(operands[i].strides[inner]);
    const std::int64_t b = std::abs(operands[i].strides[outer]);
    if (a != 0 && b != 0 && a != b)
      return a < b;
  }
  return false;
}

bool StridedLoop::areOne(std::size_t inner) const {
  return std::all_of(operands, operands + count, [&](const LoopOperand &operand) {
    return operand.strides[inner + 1] == operand.strides[inner] * extents[inner];
  });
}

} // namespace xphi
