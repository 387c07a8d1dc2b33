// Elements of 8 bits: every input of the library's functions, and what becomes of what does not
// fit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each type of the table that has 8 bits, integers between two scales as a quantised network has
// them; and rounded to from f16. The last takes one input in 251 unless XPHI_EIGHT_BIT_STRIDE says
// otherwise.
#include "NearestElements.h"

#include "UncachedEngine.h"
#include "abi/ElementValues.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace xphi::numerics {
namespace {

std::uint32_t stride() {
  const char *given = std::getenv("XPHI_EIGHT_BIT_STRIDE");
  return given ? std::uint32_t(std::strtoul(given, nullptr, 10)) : 251;
}

std::vector<ElementType> typesOfEightBits() {
  std::vector<ElementType> types;
  for (const ElementType type : elementTypes)
    if (sizeOf(type) == 1)
      types.push_back(type);
  return types;
}

struct EightBit : testing::TestWithParam<std::tuple<std::string, ElementType>> {};

TEST_P(EightBit, ResultsAreTheNearest) {
  const auto &[name, type] = GetParam();
  const std::string scaled =
      "def scaled(x; from = 0.043, to = 0.017) = " + name + "(x * from) / to";
  expectPromised(isInteger(type) ? scaled : name, {{type}, type}, {everyElement(type)});
}

TEST_P(EightBit, LongerNumbersAreRoundedToTheNearest) {
  const auto &[name, type] = GetParam();
  const auto first = std::uint32_t(std::hash<std::string>()(name));
  expectPromised(name, {{ElementType::F16}, type},
                 {everyElement(ElementType::F16, stride(), first)});
}

INSTANTIATE_TEST_SUITE_P(Library, EightBit,
                         testing::Combine(testing::ValuesIn(libraryFunctionsOfOneInput()),
                                          testing::ValuesIn(typesOfEightBits())),
                         [](const auto &tested) {
                           return std::get<0>(tested.param) + "_" +
                                  std::string(nameOf(std::get<1>(tested.param)));
                         });

/// What identity makes of these numbers.
std::vector<double> stored(const std::vector<float> &numbers, ElementType type) {
  const Result<Kernel> kernel =
      uncachedEngine().compile("x", {.backward = false, .types = {ElementType::F32, type}});
  EXPECT_TRUE(kernel) << kernel.error().render();
  std::vector<std::uint8_t> bits(numbers.size());
  const auto y = Tensor::bits(bits.data(), type, {std::int64_t(bits.size())});
  EXPECT_TRUE(kernel->forward(ConstTensor::of(numbers), y));
  std::vector<double> values;
  for (const std::uint8_t each : bits)
    values.push_back(valueOf(each, type));
  return values;
}

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(EightBits, WhatIsTooLargeIsTheLargest) {
  for (const ElementType type : typesOfEightBits()) {
    const double most = largestElement(type);
    const double least = valueOf(nearestElement(-HUGE_VAL, type), type);
    EXPECT_EQ(stored({infinity, 3.4e38f, 1e9f, 70000, float(most) + 1, float(most)}, type),
              std::vector<double>(6, most))
        << nameOf(type);
    EXPECT_EQ(stored({-infinity, -3.4e38f, -1e9f, -70000, float(least) - 1, float(least)}, type),
              std::vector<double>(6, least))
        << nameOf(type);
  }
  EXPECT_EQ(largestElement(ElementType::INT8), 127);
  EXPECT_EQ(largestElement(ElementType::UINT8), 255);
  EXPECT_EQ(largestElement(ElementType::FP8_E4M3), 448);
  EXPECT_EQ(largestElement(ElementType::FP8_E5M2), 57344);
}

TEST(EightBits, NanIsZeroAmongIntegersAndNanElsewhere) {
  const float withPayload = std::bit_cast<float>(0x7fc00055u);
  for (const ElementType type : typesOfEightBits())
    for (const double value : stored({nan, -nan, withPayload}, type))
      EXPECT_TRUE(isInteger(type) ? value == 0 : std::isnan(value)) << nameOf(type);
}

TEST(EightBits, TiesGoToEven) {
  EXPECT_EQ(stored({0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 126.5f}, ElementType::INT8),
            (std::vector<double>{0, 2, 2, 0, -2, 126}));
  EXPECT_EQ(stored({254.5f, 253.5f, 0.5f, -0.5f}, ElementType::UINT8),
            (std::vector<double>{254, 254, 0, 0}));
  EXPECT_EQ(stored({0x1p-10f, 0x3p-10f, 17, 19, 432}, ElementType::FP8_E4M3),
            (std::vector<double>{0, 0x1p-8, 16, 20, 448}));
}

TEST(EightBits, EveryFloatBesideAMiddleGoesTheRightWay) {
  for (const ElementType type : typesOfEightBits()) {
    std::vector<float> numbers;
    for (const double element : everyElement(type))
      for (const double other : everyElement(type))
        if (const float middle = float(element / 2 + other / 2);
            std::isfinite(middle) && other > element &&
            nearestElement(middle + (other - element) * 0x1p-4, type) ==
                nearestElement(other, type))
          for (const float each :
               {std::nextafter(middle, -infinity), middle, std::nextafter(middle, infinity)})
            numbers.push_back(each);
    const std::vector<double> got = stored(numbers, type);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      ASSERT_EQ(got[i], valueOf(nearestElement(numbers[i], type), type))
          << nameOf(type) << " at " << std::hexfloat << numbers[i];
  }
}

// Rounded to integers a gradient would be lost: of an integer array it is f32.
TEST(EightBits, GradientsOfIntegersAreFloats) {
  const Result<Kernel> kernel = uncachedEngine().compile(
      "def q(x; from = 0.05, to = 0.02) = tanh(x * from) / to", {.types = {ElementType::INT8}});
  ASSERT_TRUE(kernel) << kernel.error().render();
  const std::vector<std::int8_t> x = {-128, -3, 0, 20};
  std::vector<float> dy(4, 0.5f), dx(4);
  ASSERT_TRUE(kernel->backward(ConstTensor::of(x), ConstTensor::of(dy), Tensor::of(dx)));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = std::tanh(x[i] * double(0.05f));
    EXPECT_NEAR(dx[i], 0.5 * (1 - t * t) * 0.05 / 0.02, 1e-6);
  }
}

} // namespace
} // namespace xphi::numerics
