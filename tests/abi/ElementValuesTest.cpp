// Elements of 16 bits against the compiler's own, and against half of a float's bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/ElementValues.h"
#include "abi/ElementTypes.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace xphi {
namespace {

float upperHalf(std::uint32_t bits) { return std::bit_cast<float>(bits << 16); }

/// Ties to even, as hardware does it.
std::uint32_t roundedUpperHalf(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

TEST(ElementValuesTest, EveryElementIsTheNearestToItsValue) {
  for (const ElementType type : {ElementType::F16, ElementType::BF16})
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits)
      if (const double value = valueOf(bits, type); !std::isnan(value))
        ASSERT_EQ(nearestElement(value, type), bits) << nameOf(type);
}

TEST(ElementValuesTest, Bf16IsTheUpperHalfOfAFloat) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits)
    if (const float right = upperHalf(bits); std::isnan(right))
      ASSERT_TRUE(std::isnan(valueOf(bits, ElementType::BF16)));
    else
      ASSERT_EQ(valueOf(bits, ElementType::BF16), right) << bits;
}

#ifdef __FLT16_MANT_DIG__
TEST(ElementValuesTest, F16IsTheCompilers) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits)
    if (const auto right = std::bit_cast<_Float16>(std::uint16_t(bits)); right == right)
      ASSERT_EQ(valueOf(bits, ElementType::F16), double(right)) << bits;
}
#endif

TEST(ElementValuesTest, RandomFloatsAreRoundedAsByTheCompiler) {
  std::mt19937 random(1);
  for (int i = 0; i < 1'000'000; ++i) {
    const auto bits = std::uint32_t(random());
    const auto value = std::bit_cast<float>(bits);
    if (std::isnan(value))
      continue;
    ASSERT_EQ(nearestElement(value, ElementType::F32), bits);
    ASSERT_EQ(nearestElement(value, ElementType::BF16), roundedUpperHalf(value)) << value;
#ifdef __FLT16_MANT_DIG__
    ASSERT_EQ(nearestElement(value, ElementType::F16),
              std::bit_cast<std::uint16_t>(static_cast<_Float16>(value)))
        << value;
#endif
  }
}

TEST(ElementValuesTest, TiesGoToEvenAndWhatIsTooLargeIsInfinite) {
  EXPECT_EQ(nearestElement(1 + 0x1p-8, ElementType::BF16), 0x3f80u);
  EXPECT_EQ(nearestElement(1 + 0x3p-8, ElementType::BF16), 0x3f82u);
  EXPECT_EQ(nearestElement(1 + 0x1p-8 + 0x1p-50, ElementType::BF16), 0x3f81u);
  EXPECT_EQ(nearestElement(65519.99, ElementType::F16), 0x7bffu);
  EXPECT_EQ(nearestElement(65520, ElementType::F16), 0x7c00u);
  EXPECT_EQ(nearestElement(-0x1p-25, ElementType::F16), 0x8000u);
  EXPECT_EQ(nearestElement(0x1.0001p-25, ElementType::F16), 1u);
}

} // namespace
} // namespace xphi
