// One input infinite, another one large: the limit in the first, whatever the second one makes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The truth is known by how a text is put together of what has a limit in c, what grows with it,
// and what does not depend on it.
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Each goes to infinity with c, at its own pace; some by way of an exponential, which is infinite
/// itself where numbers end.
constexpr std::array growing = {"silu(c)",
                                "log(1 + exp(c))",
                                "log(2 + exp(c))",
                                "sqrt(log(cosh(c)) + 1)",
                                "c * sigmoid(c)",
                                "gelu(c)",
                                "mish(c) + sin(x)",
                                "softplus(c) * sqrt(softplus(c))",
                                "sqrt(1 + silu(c)^2)"};

/// What is as large as it likes, but fixed; at least 1 for these x.
constexpr std::array fixed = {"x * x",  "x * x * x * x * x", "abs(x)",
                              "exp(x)", "exp(x / 3) * x",    "cosh(x)"};

struct Joined {
  std::string text; ///< of `c`, which grows, and `x`, which is fixed
  float limit;
};

std::array<Joined, 8> joined(const std::string &c, const std::string &x) {
  return {{{x + " - " + c, -infinity},
           {c + " - " + x, infinity},
           {"(" + x + ") / (" + c + ")", 0},
           {"(" + c + ") / (" + x + ")", infinity},
           {"tanh(" + c + " - " + x + ")", 1},
           {"sigmoid(" + x + " - " + c + ")", 0},
           {"if " + c + " > " + x + " then 2 else 3", 2},
           {"atan((" + c + ") / (1 + " + x + ")) * 4 / pi", 2}}};
}

TEST(InfiniteBesideLarge, IsTheLimitOrItIsSaid) {
  int said = 0, all = 0;
  for (const char *c : growing)
    for (const char *x : fixed)
      for (const Joined &each : joined(c, x)) {
        if (++all % 3) // of some 300, two seconds for ten
          continue;
        const Result<Kernel> kernel =
            uncachedEngine().compile("def f(x, c) = " + each.text, CompileOptions());
        ASSERT_TRUE(kernel) << each.text << "\n" << kernel.error().render();
        if (!kernel->certificate().kept) {
          ++said;
          continue;
        }
        const std::array xs = {1.5f, 7.0f, 31.0f, 80.0f, 120.0f, 300.0f, 1e4f, 1e12f, 1e20f, 3e38f};
        std::array<float, xs.size()> cs, y;
        cs.fill(infinity);
        ASSERT_TRUE(kernel->forward({xs, cs}, y));
        for (std::size_t i = 0; i < xs.size(); ++i)
          EXPECT_FLOAT_EQ(y[i], each.limit) << each.text << " at " << xs[i] << ":inf";
      }
  EXPECT_LE(said, all / 3 / 4); // what vanishes, of exponentials
  std::printf("%d of %d are said not to be\n", said, all / 3);
}

/// f(x, inf) for each x; nothing, and a failure, where that cannot be told.
std::vector<float> atInfinity(const std::string &text, std::span<const float> xs) {
  const Result<Kernel> kernel = uncachedEngine().compile(text, CompileOptions());
  const std::vector<float> cs(xs.size(), infinity);
  std::vector<float> y(xs.size());
  if (kernel && kernel->forward({xs, cs}, y))
    return y;
  ADD_FAILURE() << text << (kernel ? " is not evaluated" : "\n" + kernel.error().render());
  return {};
}

/// Nor does it matter how small a factor is.
TEST(InfiniteBesideLarge, OutgrowsWhatIsTiny) {
  for (const char *text :
       {"def f(x, c) = 1 - gelu(c) * sin(x)^2", "def f(x, c) = x * silu(c) - 3",
        "def f(x, c) = tanh(x * x * silu(c)) * -4", "def f(x, c) = 2 - x^4 * softplus(c)",
        "def f(x, c) = log(exp(-gelu(c) * x^2))"}) {
    const float limit = std::string(text).find("tanh") != std::string::npos ? -4 : -infinity;
    const std::array xs = {-1e-45f, -1e-40f, -1e-30f, -1e-20f, -1e-10f, -1e-3f, -0.5f, -2.5f};
    const std::vector<float> y = atInfinity(text, xs);
    ASSERT_EQ(y.size(), xs.size()) << text;
    for (std::size_t i = 0; i < xs.size(); ++i)
      EXPECT_FLOAT_EQ(y[i], limit) << text << " at " << xs[i] << ":inf";
  }
}

/// A sum that cancels what is infinite has not forgotten the rest.
TEST(InfiniteBesideLarge, LeavesWhatIsBesideIt) {
  for (const char *text :
       {"def f(x, c) = (x + silu(c)) - c", "def f(x, c) = (x + softplus(c)) - c",
        "def f(x, c) = x * sigmoid(c)", "def f(x, c) = ((c + x)^2 - c^2) / softplus(2 * c)",
        "def f(x, c) = (x * gelu(c)) / c"}) {
    const std::array xs = {1e-20f, 0.5f, 1.5f, 9.0f, 31.0f, 1e4f, 1e12f, 1e20f};
    const std::vector<float> y = atInfinity(text, xs);
    ASSERT_EQ(y.size(), xs.size()) << text;
    for (std::size_t i = 0; i < xs.size(); ++i)
      EXPECT_FLOAT_EQ(y[i], xs[i]) << text << " at " << xs[i] << ":inf";
  }
}

} // namespace
} // namespace xphi::numerics
