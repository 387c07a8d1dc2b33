// Sums of elements of any type in double precision, in an order that only their positions decide.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Sum.h"

#include <xphi/ElementType.hpp>

namespace xphi {

/// As LaneSum::add().
void addElements(LaneSum &sum, const void *elements, ElementType type, std::size_t n);

/// Some rows of n elements, so many bytes apart.
struct Rows {
  const void *first;
  ElementType type;
  std::size_t count, bytesApart;
};

/// sums[i] += the i-th element of each row, one row after the other.
void addRows(double *sums, const Rows &rows, std::size_t n);

} // namespace xphi
