// From both ends, where an operation keeps their order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/WordRange.h"

#include <bit>
#include <utility>

namespace xphi::compiler {
namespace {

using Op = Lines::Op;
using Type = Lines::Type;

std::uint64_t signOf(Type type) { return std::uint64_t(1) << (type == Type::Word ? 31 : 63); }

std::int64_t asSigned(Type type, std::uint64_t word) {
  return type == Type::Word ? std::int64_t(std::int32_t(std::uint32_t(word))) : std::int64_t(word);
}

std::optional<WordRange> moved(const Lines::Step &step, const WordRange &a, std::uint64_t by) {
  WordRange result = a;
  result.low = *wordOf(step, a.low, by);
  result.high = *wordOf(step, a.high, by);
  const std::int64_t change = asSigned(step.type, by);
  if (result.low > result.high ||
      (step.op == Op::Sub ? __builtin_sub_overflow(a.moved, change, &result.moved)
                          : __builtin_add_overflow(a.moved, change, &result.moved)))
    return std::nullopt;
  return result;
}

std::optional<WordRange> turned(Type type, const WordRange &a, std::uint64_t by) {
  WordRange result = a;
  if (by == 0)
    return result;
  // In the order of words only the first bit may be turned, and before anything is added.
  if (by != signOf(type) || (((a.low ^ a.high) & by) != 0 && !a.isAny()) || a.moved != 0)
    return std::nullopt;
  if (!a.isAny()) {
    result.low ^= by;
    result.high ^= by;
  }
  result.isTurned = !a.isTurned;
  return result;
}

} // namespace

std::optional<WordRange> combined(const Lines::Step &step, const WordRange &first,
                                  const WordRange &second) {
  if (first.isOne() && second.isOne()) {
    const std::optional<std::uint64_t> word = wordOf(step, first.low, second.low);
    return word ? std::optional(WordRange{*word, *word}) : std::nullopt;
  }
  const bool isEitherWay = step.op == Op::Add || step.op == Op::And || step.op == Op::Xor;
  const bool isSwapped = isEitherWay && first.isOne();
  const WordRange &a = isSwapped ? second : first, &b = isSwapped ? first : second;
  if (!b.isOne())
    return std::nullopt;
  switch (step.op) {
  case Op::Add:
  case Op::Sub:
    return moved(step, a, b.low);
  case Op::Xor:
    return turned(step.type, a, b.low);
  case Op::And: {
    // Of bits that all of the range has in common.
    const int different = std::bit_width(a.low ^ a.high);
    if (different < 64 && (b.low >> different << different) == b.low)
      return WordRange{a.low & b.low, a.low & b.low};
    return std::nullopt;
  }
  case Op::ShiftRight:
  case Op::ShiftRightZeroes: {
    const std::optional<std::uint64_t> low = wordOf(step, a.low, b.low),
                                       high = wordOf(step, a.high, b.low);
    return low && high && *low <= *high ? std::optional(WordRange{*low, *high}) : std::nullopt;
  }
  default:
    return std::nullopt;
  }
}

unsigned possibleOrders(const Lines::Step &comparison, Type type, const WordRange &a,
                        const WordRange &b) {
  const auto order = [&](std::uint64_t left, std::uint64_t right) {
    return orderOfWords(comparison, type, left, right);
  };
  constexpr unsigned less = Lines::lessThan, greater = Lines::greaterThan;
  // A range in which the sign changes is none in the order of signed words.
  if (order(a.low, a.high) == greater || order(b.low, b.high) == greater)
    return less | Lines::equal | greater;
  const unsigned least = order(a.low, b.high), most = order(a.high, b.low);
  return least == greater ? greater
         : most == less
             ? less
             : (least == less ? less : 0) | (most == greater ? greater : 0) | Lines::equal;
}

} // namespace xphi::compiler
