// The words that the bits of a number may be over a cell, and what is computed with them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Code reads the exponent and the sign of a number from its bits, scales by a power of two that it
// adds to them, and looks up a table with an integer. A range tells how such a step goes on a cell
// where it goes one way.
#pragma once

#include "approx/Lines.h"

#include <cstdint>
#include <optional>

namespace xphi::compiler {

struct WordRange {
  std::uint64_t low = 0, high = 0; ///< both included, in the order of words without a sign
  /// These are the bits of that step, first bit turned over if it is said, and `moved` added.
  std::optional<unsigned> number = {};
  bool isTurned = false;
  std::int64_t moved = 0;

  bool isOne() const { return low == high; }
  /// Where nothing but the number is known.
  bool isAny() const { return low == 0 && (high == 0xffffffff || high == ~std::uint64_t(0)); }
};

/// Of an operation on words; nothing where that cannot be told.
std::optional<WordRange> combined(const Lines::Step &step, const WordRange &a, const WordRange &b);
/// A sum of lessThan, equal and greaterThan: what may be.
unsigned possibleOrders(const Lines::Step &comparison, Lines::Type type, const WordRange &a,
                        const WordRange &b);

} // namespace xphi::compiler
