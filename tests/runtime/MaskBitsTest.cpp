// Masks of any length come back from their bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/call/MaskBits.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace xphi {
namespace {

TEST(MaskBits, HoldElementsInOrderAndTouchNothingElse) {
  std::mt19937 random(1);
  for (std::size_t n = 0; n != 70; ++n) {
    std::vector<std::uint8_t> elements(n), bits(maskBytes(n) + 1, 0xa5), back(n + 1, 7);
    for (std::uint8_t &element : elements)
      element = random() % 2;
    packMask(elements.data(), n, bits.data());
    for (std::size_t i = 0; i != 8 * maskBytes(n); ++i)
      EXPECT_EQ(bits[i / 8] >> i % 8 & 1, i < n ? elements[i] : 0) << i << " of " << n;
    EXPECT_EQ(bits.back(), 0xa5);
    unpackMask(bits.data(), n, back.data());
    EXPECT_EQ(back.back(), 7);
    back.pop_back();
    EXPECT_EQ(back, elements);
  }
}

} // namespace
} // namespace xphi
