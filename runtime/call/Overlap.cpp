// A bounded search for two elements whose addresses are too close.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Overlap.h"

#include <algorithm>
#include <cstdlib>

namespace xphi {
namespace {

/// factor * stride with low <= factor <= high; strides are positive.
struct Term {
  std::int64_t stride, low, high;
};

/// Is there a sum of terms in [least, most]? Large strides first: of each term at most a few
/// factors are then left where smaller ones fit between the larger ones' steps.
class Search {
public:
  void add(std::int64_t stride, std::int64_t low, std::int64_t high) {
    if (stride == 0 || (low == 0 && high == 0))
      return;
    if (stride < 0) {
      stride = -stride;
      std::swap(low, high);
      low = -low;
      high = -high;
    }
    Term *same =
        std::find_if(terms, terms + count, [&](const Term &term) { return term.stride == stride; });
    if (same != terms + count) {
      same->low += low;
      same->high += high;
      return;
    }
    terms[count++] = {stride, low, high};
  }

  bool find(std::int64_t least, std::int64_t most) {
    std::sort(terms, terms + count,
              [](const Term &a, const Term &b) { return a.stride > b.stride; });
    lowest[count] = highest[count] = 0;
    for (std::size_t i = count; i-- != 0;) {
      lowest[i] = lowest[i + 1] + terms[i].stride * terms[i].low;
      highest[i] = highest[i + 1] + terms[i].stride * terms[i].high;
    }
    return from(0, least, most);
  }

private:
  bool from(std::size_t term, std::int64_t least, std::int64_t most) {
    if (least > highest[term] || most < lowest[term])
      return false;
    if (term == count || --patience < 0)
      return true;
    const auto [stride, low, high] = terms[term];
    const std::int64_t least2 = least - highest[term + 1], most2 = most - lowest[term + 1];
    const std::int64_t first = least2 / stride + (least2 % stride > 0);
    const std::int64_t last = most2 / stride - (most2 % stride < 0);
    for (std::int64_t factor = std::max(first, low); factor <= std::min(last, high); ++factor)
      if (from(term + 1, least - factor * stride, most - factor * stride))
        return true;
    return false;
  }

  Term terms[2 * LoopOperand::maxRank];
  std::size_t count = 0;
  std::int64_t lowest[2 * LoopOperand::maxRank + 1], highest[2 * LoopOperand::maxRank + 1];
  int patience = 1000;
};

struct Span {
  std::uintptr_t begin, end;
};

Span spanOf(const StridedMemory &memory) {
  std::int64_t low = 0, high = memory.operand.bytes();
  for (std::size_t i = 0; i != memory.rank; ++i) {
    const std::int64_t reach = memory.operand.strides[i] * (memory.extents[i] - 1);
    (reach < 0 ? low : high) += reach;
  }
  const auto data = reinterpret_cast<std::uintptr_t>(memory.operand.data);
  return {data + std::uintptr_t(low), data + std::uintptr_t(high)};
}

} // namespace

bool shareMemory(const StridedMemory &a, const StridedMemory &b) {
  const Span first = spanOf(a), second = spanOf(b);
  if (first.end <= second.begin || second.end <= first.begin)
    return false;
  // The address of an element of a less that of one of b lies in (-bytes of a, bytes of b).
  Search search;
  for (std::size_t i = 0; i != a.rank; ++i)
    search.add(a.operand.strides[i], 0, a.extents[i] - 1);
  for (std::size_t i = 0; i != b.rank; ++i)
    search.add(b.operand.strides[i], -(b.extents[i] - 1), 0);
  const auto distance = std::int64_t(reinterpret_cast<std::uintptr_t>(b.operand.data) -
                                     reinterpret_cast<std::uintptr_t>(a.operand.data));
  return search.find(distance - a.operand.bytes() + 1, distance + b.operand.bytes() - 1);
}

bool isOneToOne(const StridedMemory &memory) {
  struct Dimension {
    std::int64_t stride, extent;
  };
  Dimension dimensions[LoopOperand::maxRank];
  std::size_t count = 0;
  for (std::size_t i = 0; i != memory.rank; ++i)
    if (memory.extents[i] > 1)
      dimensions[count++] = {std::abs(memory.operand.strides[i]), memory.extents[i]};
  std::sort(dimensions, dimensions + count,
            [](const Dimension &a, const Dimension &b) { return a.stride < b.stride; });
  std::int64_t reach = memory.operand.bytes();
  for (std::size_t i = 0; i != count; ++i) {
    if (dimensions[i].stride < reach)
      return false;
    reach += dimensions[i].stride * (dimensions[i].extent - 1);
  }
  return true;
}

} // namespace xphi
