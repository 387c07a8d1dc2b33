// Slopes of x/√(c + a·x²), and what is written as they are, within 4 ulp of themselves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the sum is all but a power of two and the result just below one, each rounding on the way
// counts most.
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

struct Text {
  const char *text;
  bool isSlope; ///< times c
};

class PowerOfRoot : public testing::TestWithParam<const char *> {};

TEST_P(PowerOfRoot, IsWithinFourUlp) {
  std::mt19937 random(29);
  const auto between = [&](float low, float high) {
    return std::uniform_real_distribution<float>(low, high)(random);
  };
  for (const Text &each : {Text{"1 / ((c + a * x^2) * sqrt(c + a * x^2))", false},
                           {"diff(x / sqrt(c + a * x^2), x)", true}})
    for (int drawn = 0; drawn < 3; ++drawn) {
      const float a = drawn == 0 ? 1 : std::exp2(between(-6, 6)),
                  c = drawn == 0 ? 1 : std::exp2(between(-6, 6));
      const std::string definition = "def power(x; a = " + std::to_string(a) +
                                     ", c = " + std::to_string(c) + ") = " + each.text;
      SCOPED_TRACE(definition);
      CompileOptions options;
      options.target = GetParam();
      const Result<Kernel> kernel = uncachedEngine().compile(definition, options);
      if (!kernel && options.target == "x86-64-v4")
        GTEST_SKIP() << kernel.error().render(); // which not every machine runs
      ASSERT_TRUE(kernel) << kernel.error().render();
      std::vector<float> x(1 << 18), y(x.size());
      // As they are written in the text.
      const double factor = std::stof(std::to_string(a)), constant = std::stof(std::to_string(c));
      for (float &element : x) {
        const float size = random() % 2 ? std::exp2(between(-12, 14))
                                        : float(std::sqrt(std::exp2(int(random() % 27)) / factor) *
                                                (1 + between(0, 0x1p-7f)));
        element = random() % 2 ? size : -size;
      }
      ASSERT_TRUE(kernel->forward(x, y));
      double most = 0;
      float where = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double sum = constant + factor * x[i] * x[i],
                     truth = (each.isSlope ? constant : 1) / (sum * std::sqrt(sum)),
                     ulp = std::ldexp(1.0, std::ilogb(truth) - 23),
                     off = std::fabs(y[i] - truth) / ulp;
        if (off > most) {
          most = off;
          where = x[i];
        }
      }
      EXPECT_LE(most, 4) << "at " << where;
      EXPECT_GT(most, 0.5); // of what is rounded at all
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, PowerOfRoot, testing::Values("x86-64-v4", "x86-64-v3"),
                         [](const auto &instance) {
                           return std::string(instance.param).substr(7);
                         });

} // namespace
} // namespace xphi::numerics
