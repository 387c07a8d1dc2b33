// Elements against the compiler's own, against half of a float's bits, and against OCP's table.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/ElementValues.h"
#include "abi/ElementTypes.h"

#include <gtest/gtest.h>

#include <algorithm>
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
  for (const ElementType type : elementTypes)
    for (std::uint64_t bits = 0; bits >> std::min<std::size_t>(8 * sizeOf(type), 16) == 0; ++bits)
      if (const double value = valueOf(bits, type);
          !std::isnan(value) && !(saturates(type) && std::isinf(value)))
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

// The values that OCP's specification of 8-bit floats lists, and its NaN.
TEST(ElementValuesTest, E4m3IsOcps) {
  const auto value = [](std::uint32_t bits) { return valueOf(bits, ElementType::FP8_E4M3); };
  EXPECT_EQ(value(0x7e), 448);
  EXPECT_EQ(value(0x08), 0x1p-6);
  EXPECT_EQ(value(0x07), 0x7p-9);
  EXPECT_EQ(value(0x01), 0x1p-9);
  EXPECT_EQ(value(0x38), 1);
  EXPECT_EQ(value(0xb8), -1);
  EXPECT_TRUE(std::isnan(value(0x7f)) && std::isnan(value(0xff)));
}

TEST(ElementValuesTest, E5m2IsTheUpperHalfOfAnF16) {
  for (std::uint32_t bits = 0; bits < 0x100; ++bits)
    if (const double right = valueOf(bits << 8, ElementType::F16); std::isnan(right))
      ASSERT_TRUE(std::isnan(valueOf(bits, ElementType::FP8_E5M2)));
    else
      ASSERT_EQ(valueOf(bits, ElementType::FP8_E5M2), right) << bits;
}

TEST(ElementValuesTest, IntegersAreTheirBits) {
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(valueOf(std::uint32_t(i), ElementType::UINT8), i);
    EXPECT_EQ(valueOf(std::uint32_t(i), ElementType::INT8), std::int8_t(i));
  }
}

TEST(ElementValuesTest, EightBitsSaturate) {
  const double inf = HUGE_VAL;
  EXPECT_EQ(nearestElement(inf, ElementType::INT8), 127u);
  EXPECT_EQ(nearestElement(-inf, ElementType::INT8), 0x80u);
  EXPECT_EQ(nearestElement(NAN, ElementType::INT8), 0u);
  EXPECT_EQ(nearestElement(-3, ElementType::UINT8), 0u);
  EXPECT_EQ(nearestElement(254.5, ElementType::UINT8), 254u);
  EXPECT_EQ(nearestElement(inf, ElementType::FP8_E4M3), 0x7eu);
  EXPECT_EQ(nearestElement(-464.1, ElementType::FP8_E4M3), 0xfeu);
  EXPECT_EQ(nearestElement(NAN, ElementType::FP8_E4M3), 0x7fu);
  EXPECT_EQ(nearestElement(inf, ElementType::FP8_E5M2), 0x7bu);
  EXPECT_EQ(nearestElement(-1e9, ElementType::FP8_E5M2), 0xfbu);
  EXPECT_EQ(nearestElement(NAN, ElementType::FP8_E5M2), 0x7eu);
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
