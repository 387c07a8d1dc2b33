// A zero at zero has one sign on every target, in the tier whose bits are the same everywhere.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One target may have a fit of a function where the other evaluates its operations, and of these
// 0 + -0 is +0, whatever the function does beside zero. Values of terms that are zero there, and
// slopes of even ones. XPHI_ZERO_SIGNS: how many programs. XPHI_ZERO_SIGNS_SEED: the first one's
// seed, the others follow.
#include "tests/Generated.h"
#include "tests/numerics/Dice.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

/// Each is zero at zero, or its slope is: `#` stands for a multiple of x.
constexpr std::array terms = {"tanh(#)",
                              "erf(#)",
                              "gelu(#)",
                              "silu(#)",
                              "mish(#)",
                              "atan(#)",
                              "asinh(#)",
                              "sin(#)",
                              "expm1(#)",
                              "(#)",
                              "(#)^2",
                              "(#)^3",
                              "log1p((#)^2)",
                              "(sqrt((#)^2 + 1) - 1)",
                              "(cosh(#) - 1)",
                              "(1 - cos(#))",
                              "(1 - tanh(#)^2)",
                              "sigmoid(#) * (1 - sigmoid(#))",
                              "(erf(# + 0.01) - erf(# - 0.01))",
                              "(softplus(#) - softplus(-(#)))",
                              "sech(#)",
                              "phi(#)",
                              "relu(#)",
                              "min(0, expm1(#))",
                              "tanh(#) * sigmoid(#)",
                              "exp(-(#)^2)"};
constexpr std::array factors = {"1", "0.5", "2", "1.1", "-1", "0.3", "-1.7"};

std::string programOf(Dice &dice) {
  const auto term = [&] {
    return dice.oneOf(factors) + " * " +
           replaced(dice.oneOf(terms), '#', "(" + dice.oneOf(factors) + " * x)");
  };
  std::string text = term();
  if (dice() % 3)
    text += (dice() % 2 ? " + " : " - ") + term();
  return text;
}

/// Value and slope at an input, for an incoming gradient.
std::array<float, 2> at(const Kernel &kernel, float x, float dy) {
  std::array<float, 2> result = {};
  EXPECT_TRUE(kernel.forward({&x, 1}, {&result[0], 1}) &&
              kernel.backward({&x, 1}, {&dy, 1}, {&result[1], 1}));
  return result;
}

TEST(SignsOfZero, AreThoseBesideItOnEveryTarget) {
  const std::uint64_t programs = setting("XPHI_ZERO_SIGNS", 60),
                      first = setting("XPHI_ZERO_SIGNS_SEED", 1);
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::string text = programOf(dice);
    std::vector<Kernel> kernels;
    for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
      Result<Kernel> kernel =
          uncachedEngine().compile(text, {.target = target, .accuracy = Accuracy::exact()});
      if (kernel)
        kernels.push_back(std::move(*kernel));
      else
        EXPECT_EQ(kernel.error().code(), "X2005"); // this machine does not run it
    }
    for (const float side : {-1.0f, 1.0f})
      for (const float dy : {1.0f, -1.5f}) {
        const float zero = std::copysign(0.0f, side), next = std::copysign(0x1p-149f, side);
        std::vector<std::array<float, 2>> zeros;
        for (const Kernel &kernel : kernels) {
          zeros.push_back(at(kernel, zero, dy));
          const std::array<float, 2> beside = at(kernel, next, dy);
          for (std::size_t k = 0; k < beside.size(); ++k) {
            EXPECT_EQ(std::signbit(zeros.back()[k]), std::signbit(zeros.front()[k]))
                << text << (k ? "', " : ", ") << "at " << zero << ", seed " << seed;
            if (zeros.back()[k] == 0 && beside[k] != 0)
              EXPECT_EQ(std::signbit(zeros.back()[k]), std::signbit(beside[k]))
                  << text << (k ? "', " : ", ") << "at " << zero << " of " << kernel.target()
                  << ", seed " << seed;
          }
        }
      }
    uncachedEngine().clearCache();
  }
}

} // namespace
} // namespace xphi::numerics
