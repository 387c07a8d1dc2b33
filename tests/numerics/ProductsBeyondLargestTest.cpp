// Products with an exact sum are infinite of the right sign where they exceed the largest float.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sum of two inputs or parameters that is a factor of a fitted function is a pair of floats; of
// what exceeds the largest float the product with the second one may be infinite by itself, of the
// other sign. The functions are x, to all digits, where x is large, so that the truth is x times
// the sum in long double. XPHI_LARGEST_SEED: the seed of the numbers.
#include "UncachedEngine.h"
#include "tests/Generated.h"
#include "tests/numerics/Dice.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

constexpr float largest = std::numeric_limits<float>::max();

struct Sample {
  float x, b, c;
  long double truth;
};

/// Numbers with b + c, or b - c, about as large as b, and their product with x, or the quotient,
/// from a little below the largest float to far beyond it.
Sample sampleOf(Dice &dice, bool isDifference, bool isQuotient) {
  Sample sample;
  const double product = dice.between(126, 160), ofX = dice.between(100, 127.9),
               ofSum = isQuotient ? ofX - product : product - ofX;
  sample.x = float(std::exp2(ofX));
  sample.b = float((dice() % 2 ? 1 : -1) * std::exp2(ofSum));
  sample.c = float((dice() % 2 ? 1 : -1) * std::exp2(ofSum - dice.between(24, 40)));
  const long double sum =
      (long double)(sample.b) + (isDifference ? -1 : 1) * (long double)(sample.c);
  sample.truth = isQuotient ? sample.x / sum : sample.x * sum;
  return sample;
}

bool isRight(float y, long double truth) {
  constexpr long double ulps = 4 * 0x1p-23L;
  if (std::abs(truth) >= (long double)(largest) * (1 + ulps))
    return std::isinf(y) && std::signbit(y) == std::signbit(truth);
  return std::abs(y - truth) <= ulps * std::abs(truth) ||
         (std::isinf(y) && std::signbit(y) == std::signbit(truth) &&
          std::abs(truth) >= (long double)(largest) * (1 - ulps));
}

TEST(ProductsBeyondLargest, AreInfiniteOfTheRightSign) {
  constexpr std::array functions = {"silu", "gelu", "mish", "softplus", "tanhexp"};
  constexpr std::array sums = {"(b + c)", "(b - c)"};
  constexpr std::array wholes = {"# * $", "$ * #", "# / $"};
  Dice dice(setting("XPHI_LARGEST_SEED", 1));
  for (const bool areInputs : {true, false})
    for (const std::string function : functions)
      for (const std::string whole : wholes) {
        const bool isQuotient = whole == "# / $", isDifference = dice() % 2;
        const std::string argument = areInputs && dice() % 2 ? "x + a" : "x",
                          inputs = argument == "x" ? "x" : "x, a";
        std::string text =
            "def f(" + inputs + (areInputs ? ", b, c) = " : "; b = 1.5, c = 0.3) = ");
        for (const char each : whole)
          text += each == '#'   ? function + "(" + argument + ")"
                  : each == '$' ? sums[isDifference]
                                : std::string(1, each);
        const Result<Kernel> kernel = uncachedEngine().compile(text, {.gradients = {}});
        ASSERT_TRUE(kernel) << text << ": " << kernel.error().render();
        for (int i = 0; i < 64; ++i) {
          const Sample sample = sampleOf(dice, isDifference, isQuotient);
          const std::array<float, 1> x = {sample.x}, a = {0.0f}, b = {sample.b}, c = {sample.c};
          std::array<float, 1> y = {};
          std::vector<Kernel::Input> arrays = {x};
          if (argument != "x")
            arrays.emplace_back(a);
          std::vector<float> parameters;
          if (areInputs)
            arrays.insert(arrays.end(), {b, c});
          else
            parameters = {sample.b, sample.c};
          ASSERT_TRUE(kernel->forward(arrays, y, parameters)) << text;
          EXPECT_TRUE(isRight(y[0], sample.truth))
              << text << " at " << sample.x << ", " << sample.b << ", " << sample.c << ": got "
              << y[0] << ", not " << double(sample.truth);
        }
      }
}

} // namespace
} // namespace xphi::numerics
