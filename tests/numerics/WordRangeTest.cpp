// What is computed with words of a range lies in the range that is said, and in no other order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/WordRange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace xphi::numerics {
namespace {

using compiler::Lines;
using compiler::WordRange;
using Op = Lines::Op;
using Type = Lines::Type;

constexpr Op operations[] = {Op::Add, Op::Sub,       Op::And,        Op::Or,
                             Op::Xor, Op::ShiftLeft, Op::ShiftRight, Op::ShiftRightZeroes};

struct Words {
  std::mt19937_64 random{29};
  Type type = Type::Word;

  std::uint64_t any() {
    const std::uint64_t mask = type == Type::Word ? 0xffffffff : ~std::uint64_t(0);
    // Ends, signs and powers are where operations change their way.
    switch (random() % 4) {
    case 0:
      return (std::uint64_t(1) << random() % (type == Type::Word ? 32 : 64)) & mask;
    case 1:
      return random() % 64;
    case 2:
      return (random() % 9 - 4) & mask;
    default:
      return random() & mask;
    }
  }
  WordRange range() {
    const std::uint64_t a = any();
    const std::uint64_t b = random() % 2 ? a : random() % 2 ? any() : a + random() % 100;
    const std::uint64_t most = type == Type::Word ? 0xffffffff : ~std::uint64_t(0);
    return {std::min(a, std::min(b, most)), std::max(a, std::min(b, most))};
  }
  std::uint64_t of(const WordRange &range) {
    const std::uint64_t size = range.high - range.low;
    switch (random() % 3) {
    case 0:
      return range.low;
    case 1:
      return range.high;
    default:
      return range.low + (size == ~std::uint64_t(0) ? random() : random() % (size + 1));
    }
  }
};

TEST(WordRange, HasWhatIsComputedWithItsWords) {
  Words words;
  unsigned told = 0;
  for (int i = 0; i < 40'000; ++i) {
    words.type = i % 2 ? Type::Word : Type::LongWord;
    Lines::Step step{operations[words.random() % std::size(operations)], words.type};
    const WordRange a = words.range(), b = words.range();
    const std::optional<WordRange> result = combined(step, a, b);
    told += result.has_value();
    for (int k = 0; result && k < 6; ++k) {
      const std::optional<std::uint64_t> word = wordOf(step, words.of(a), words.of(b));
      ASSERT_TRUE(word);
      EXPECT_TRUE(*word >= result->low && *word <= result->high)
          << int(step.op) << " of " << a.low << " to " << a.high << " and " << b.low << " to "
          << b.high << ": " << *word;
    }
  }
  EXPECT_GT(told, 8'000u);
}

TEST(WordRange, IsInEveryOrderItsWordsAreIn) {
  Words words;
  unsigned one = 0;
  for (int i = 0; i < 40'000; ++i) {
    words.type = i % 2 ? Type::Word : Type::LongWord;
    const Lines::Step step{Op::Compare, Type::Condition, i % 3 ? Lines::asUnsigned : 0u};
    const WordRange a = words.range(), b = words.range();
    const unsigned possible = possibleOrders(step, words.type, a, b);
    one += possible == Lines::lessThan || possible == Lines::greaterThan;
    for (int k = 0; k < 6; ++k)
      EXPECT_TRUE(possible & orderOfWords(step, words.type, words.of(a), words.of(b)))
          << a.low << " to " << a.high << " and " << b.low << " to " << b.high;
  }
  EXPECT_GT(one, 10'000u);
}

// The bits of a number with something added are that number, scaled; what was shifted is another.
TEST(WordRange, KnowsWhoseBitsItHas) {
  const WordRange bits{0x3f800000, 0x3fffffff, 5}, one{0x00800000, 0x00800000},
      sign{0x80000000, 0x80000000};
  const std::optional<WordRange> scaled = combined({Op::Sub, Type::Word}, bits, one),
                                 turned = combined({Op::Xor, Type::Word}, sign, bits),
                                 shifted = combined({Op::ShiftRight, Type::Word}, bits,
                                                    WordRange{23, 23});
  ASSERT_TRUE(scaled && turned && shifted);
  EXPECT_EQ(scaled->number, 5u);
  EXPECT_EQ(scaled->moved, -0x00800000);
  EXPECT_EQ(turned->number, 5u);
  EXPECT_TRUE(turned->isTurned);
  EXPECT_TRUE(shifted->isOne());
  EXPECT_FALSE(shifted->number);
  EXPECT_FALSE(combined({Op::Xor, Type::Word}, *scaled, sign)); // in this order it is not told
}

} // namespace
} // namespace xphi::numerics
