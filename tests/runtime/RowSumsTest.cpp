// Sums of columns and of lanes: the bits of one addition after the other, whatever vectors do.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "runtime/call/ElementSums.h"
#include "runtime/call/WideRows.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

namespace xphi {
namespace {

struct Matrix {
  std::vector<std::byte> bytes;
  Rows rows;
  std::vector<double> numbers; ///< row by row
};

/// Rows of random bits that begin at no good address, now and then without infinities and NaN.
Matrix drawn(ElementType type, std::size_t rows, std::size_t n, bool finite,
             std::mt19937_64 &random) {
  const std::size_t size = sizeOf(type), first = random() % 64, apart = n * size + random() % 70;
  Matrix matrix{std::vector<std::byte>(first + rows * apart + 64), {}, {}};
  matrix.rows = {matrix.bytes.data() + first, type, rows, apart};
  for (std::size_t row = 0; row != rows; ++row)
    for (std::size_t i = 0; i != n; ++i) {
      std::uint64_t bits;
      double number;
      do {
        bits = size == 8 ? random() : random() & ((std::uint64_t(1) << (8 * size)) - 1);
        number = valueOf(bits, type);
      } while (finite && !std::isfinite(number));
      std::memcpy(matrix.bytes.data() + first + row * apart + i * size, &bits, size);
      matrix.numbers.push_back(number);
    }
  return matrix;
}

bool areSame(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

TEST(RowSums, AreThoseOfOneRowAfterTheOther) {
  std::mt19937_64 random(1);
  for (const ElementType type : elementTypes)
    for (int i = 0; i < 400; ++i) {
      const std::size_t n = random() % (i % 10 == 0 ? 700 : 70), count = random() % 11;
      const Matrix matrix = drawn(type, count, n, i % 4 != 0, random);
      std::vector<double> sums(n + 1), expected(n + 1);
      for (std::size_t k = 0; k <= n; ++k)
        sums[k] = expected[k] = std::ldexp(double(std::int64_t(random())), -50);
      for (std::size_t row = 0; row != count; ++row)
        for (std::size_t k = 0; k != n; ++k)
          expected[k] += matrix.numbers[row * n + k];
      std::vector<double> wide = sums;
      addRows(sums.data(), matrix.rows, n);
      for (std::size_t k = 0; k <= n; ++k)
        ASSERT_TRUE(areSame(sums[k], expected[k]))
            << nameOf(type) << ", " << count << " rows of " << n << ", column " << k;
      const std::size_t done = addRowsIn512Bits(wide.data(), matrix.rows, n);
      ASSERT_LE(done, n);
      for (std::size_t k = 0; k != done; ++k)
        ASSERT_TRUE(areSame(wide[k], expected[k])) << nameOf(type) << " in 512 bits";
    }
}

TEST(LaneSums, AreThoseOfSixteenLanes) {
  std::mt19937_64 random(2);
  for (const ElementType type : elementTypes)
    for (int i = 0; i < 200; ++i) {
      const std::size_t n = random() % 200, cut = n / 2 / 16 * 16;
      const Matrix matrix = drawn(type, 1, n, i % 4 != 0, random);
      double expected[LaneSum::lanes] = {};
      for (std::size_t k = 0; k != n; ++k)
        expected[k % LaneSum::lanes] += matrix.numbers[k];
      LaneSum sum;
      sum.clear();
      const auto *first = static_cast<const std::byte *>(matrix.rows.first);
      addElements(sum, first, type, cut);
      addElements(sum, first + cut * sizeOf(type), type, n - cut);
      for (std::size_t k = 0; k != LaneSum::lanes; ++k)
        ASSERT_TRUE(areSame(sum.sums[k], expected[k])) << nameOf(type) << " " << n << " " << k;
      ASSERT_TRUE(areSame(sum.total(), joinTree(expected, LaneSum::lanes)));
    }
}

} // namespace
} // namespace xphi
