// What an operation makes of numbers of its operands' ranges lies in the range that is said.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/StepRange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Lines;
using compiler::StepRange;
using Op = Lines::Op;
using Type = Lines::Type;

struct Numbers {
  std::mt19937 random{37};
  Type type = Type::Float;

  /// Of every size: subnormal numbers and those whose products overflow as well.
  double any() {
    std::uniform_real_distribution<double> fraction(-1, 1), exponent(-149, 127);
    const double size = random() % 4 ? 1 : std::exp2(exponent(random));
    const double x = random() % 16 ? fraction(random) * size : 0;
    return type == Type::Float ? double(float(x)) : x;
  }
  StepRange range() {
    const double a = any(), b = random() % 4 ? any() : a;
    return {std::min(a, b), std::max(a, b)};
  }
  double of(const StepRange &range) {
    const double part = std::uniform_real_distribution<double>(0, 1)(random),
                 x = random() % 4 == 0   ? range.low
                     : random() % 3 == 0 ? range.high
                                         : range.low + part * (range.high - range.low);
    return std::clamp(type == Type::Float ? double(float(x)) : x, range.low, range.high);
  }
};

TEST(StepRange, HasWhatComesOutOfItsNumbers) {
  struct Operation {
    Op op;
    const char *word;
    unsigned operands;
  };
  constexpr Operation operations[] = {
      {Op::Add, "add", 2}, {Op::Sub, "sub", 2}, {Op::Mul, "mul", 2},      {Op::Fma, "fma", 3},
      {Op::Neg, "neg", 1}, {Op::Abs, "abs", 1}, {Op::Select, "select", 2}};
  Numbers numbers;
  unsigned told = 0, refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    numbers.type = i % 2 ? Type::Float : Type::Double;
    const Operation &operation = operations[numbers.random() % std::size(operations)];
    std::vector<StepRange> operands;
    for (unsigned k = 0; k < operation.operands; ++k)
      operands.push_back(numbers.range());
    Lines::Step step{operation.op, numbers.type};
    const std::optional<StepRange> result = rangeOf(step, operands);
    told += result.has_value();
    refused += !result;
    for (int k = 0; result && k < 6; ++k) {
      // Run as lines are.
      Lines lines;
      for (const StepRange &each : operands)
        lines.steps.push_back({Op::Number, numbers.type, 0, {}, numbers.of(each)});
      if (operation.op == Op::Select)
        lines.steps.push_back({Op::Truth, Type::Condition, 0, {}, double(k % 2)});
      step.operands = operation.op == Op::Select ? std::vector<unsigned>{2, 0, 1}
                      : operation.operands == 3  ? std::vector<unsigned>{0, 1, 2}
                      : operation.operands == 2  ? std::vector<unsigned>{0, 1}
                                                 : std::vector<unsigned>{0};
      lines.steps.push_back(step);
      const unsigned last = unsigned(lines.steps.size() - 1);
      const std::optional<std::uint64_t> bits = lines.bitsAt(last, {}, {});
      ASSERT_TRUE(bits);
      const double got = numbers.type == Type::Float
                             ? double(std::bit_cast<float>(std::uint32_t(*bits)))
                             : std::bit_cast<double>(*bits);
      EXPECT_TRUE(got >= result->low && got <= result->high)
          << operation.word << ": " << got << " beside " << result->low << " to " << result->high;
    }
  }
  EXPECT_GT(told, 15'000u);
  EXPECT_GT(refused, 20u);
}

TEST(StepRange, EndsAtWhatComesOut) {
  const StepRange a{1, 2}, b{-3, 5}, c{0x1p-30, 0x1p-20};
  const auto is = [](Op op, std::vector<StepRange> operands, double low, double high) {
    const std::optional<StepRange> range = rangeOf({op, Type::Float}, operands);
    return range && range->low == low && range->high == high;
  };
  EXPECT_TRUE(is(Op::Add, {a, b}, -2, 7));
  EXPECT_TRUE(is(Op::Sub, {a, b}, -4, 5));
  EXPECT_TRUE(is(Op::Mul, {a, b}, -6, 10));
  EXPECT_TRUE(is(Op::Add, {a, c}, 1, 2 + 0x1p-20)); // rounded
  EXPECT_TRUE(is(Op::Fma, {a, b, a}, -5, 12));
  EXPECT_TRUE(is(Op::Abs, {b}, 0, 5));
  EXPECT_TRUE(is(Op::Select, {b, a}, -3, 5));
  EXPECT_FALSE(rangeOf({Op::Mul, Type::Float}, std::vector<StepRange>{{1, 0x1p100}, {1, 0x1p100}}));
  EXPECT_FALSE(rangeOf({Op::Div, Type::Float}, std::vector<StepRange>{a, a}));
}

} // namespace
} // namespace xphi::numerics
