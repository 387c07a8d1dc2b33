// Functions that never decrease, float by float: whether their kernels step back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A result within 4 ulp of the truth may lie below that of the float before. docs/accuracy.md lists
// the functions that do; these must never step back where this looks: in windows
// of neighbouring floats at the joins of ranges, of binades and of signs, and anywhere.
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <regex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace xphi::numerics {
namespace {

constexpr const char *functions[] = {
    // In f32, where elementary functions, quotients and some fits are off by up to 4 ulp.
    "tanh",
    "sigmoid",
    "Phi",
    "bent_identity",
    // Quotients of two numbers that both grow (lowering/OrderedQuotient.h).
    "softsign",
    "isru",
    "isrlu",
    "diff(softabs(x), x)",
    "diff(bent_identity(x), x)",
    "scaled_tanh",
    "soft_relu",
    "softplus_threshold",
    "tanhshrink",
    // Fits that keep the order; better than 4 ulp, in f64 and rounded once; or pieces of lines.
    "softplus",
    "logsigmoid",
    "asinh",
    "erf",
    "symlog",
    "celu",
    "pelu",
    "atan",
    "exp",
    "elu",
    "selu",
    "abs(x) * x",
    "bounded_relu",
    "clip",
    "clip_onednn",
    "hard_sigmoid",
    "hard_sigmoid_onnx",
    "hard_tanh",
    "hardshrink",
    "identity",
    "laplace",
    "leaky_relu",
    "log",
    "prelu",
    "relu",
    "relu6",
    "relu_squared",
    "round",
    "rrelu",
    "smelu",
    "soft_clipping",
    "softshrink",
    "sparse_plus",
    "sparse_sigmoid",
    "sqrt",
    "squareplus",
    "star_relu",
    "symexp",
    "thresholded_relu",
};

/// Floats in their order as integers in theirs: neighbours differ by one, -0 and 0 are one.
std::int32_t orderOf(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  return bits < 0 ? std::numeric_limits<std::int32_t>::min() - bits : bits;
}
float floatOf(std::int32_t order) {
  return std::bit_cast<float>(order < 0 ? std::numeric_limits<std::int32_t>::min() - order : order);
}

constexpr std::int32_t windowSize = 1 << 14;

/// So many neighbouring floats around each of these, increasing.
std::vector<std::vector<float>> windows() {
  std::vector<float> centres = {0, INFINITY, -INFINITY};
  // Where the lowering, or a function itself, goes over from one form to another; where results
  // become 1, subnormal, zero or infinite.
  for (float join :
       {0x1p-149f, 0x1p-126f,  0x1p-24f, 0x1p-14f, 0x1p-12f, 0.25f,  0.5f, 0.6931472f, 0.75f,
        1.f,       1.1920929f, 2.f,      2.5f,     3.f,      4.f,    5.f,  5.5f,       6.f,
        8.f,       9.f,        9.01f,    10.f,     12.f,     13.f,   14.f, 14.2f,      16.f,
        16.6f,     17.3f,      18.f,     20.f,     22.f,     25.f,   37.f, 40.f,       80.f,
        87.3f,     88.72f,     103.97f,  708.f,    0x1p24f,  0x1p64f})
    for (float sign : {1.f, -1.f})
      centres.push_back(sign * join);
  std::mt19937 random(19);
  for (int i = 0; i < 64; ++i)
    centres.push_back(std::uniform_real_distribution<float>(-20, 20)(random));
  for (int i = 0; i < 32; ++i)
    centres.push_back(floatOf(std::uniform_int_distribution<std::int32_t>(
        orderOf(-INFINITY), orderOf(INFINITY))(random)));
  std::vector<std::vector<float>> all;
  for (float centre : centres) {
    std::vector<float> &window = all.emplace_back();
    for (std::int32_t i = -windowSize / 2; i < windowSize / 2; ++i) {
      const std::int64_t order = std::int64_t(orderOf(centre)) + i;
      if (order >= orderOf(-INFINITY) && order <= orderOf(INFINITY))
        window.push_back(floatOf(std::int32_t(order)));
    }
  }
  return all;
}

struct Back {
  int most = 0; ///< ulp
  float where = 0;
  std::size_t count = 0; ///< between finite floats
};

Back stepsBack(const Kernel &kernel, bool ofSlope = false) {
  static const std::vector<std::vector<float>> all = windows();
  Back back;
  for (const std::vector<float> &x : all) {
    std::vector<float> y(x.size());
    const std::vector<float> dy(x.size(), 1);
    EXPECT_TRUE(ofSlope ? kernel.backward(x, dy, y) : kernel.forward(x, y));
    for (std::size_t i = 1; i < x.size(); ++i) {
      if (std::isnan(y[i - 1]) || std::isnan(y[i])) // outside the domain
        continue;
      const std::int64_t step = std::int64_t(orderOf(y[i - 1])) - orderOf(y[i]);
      back.count += step > 0 && std::isfinite(x[i - 1]) && std::isfinite(x[i]);
      if (step > back.most) {
        back.most = int(std::min<std::int64_t>(step, 1'000'000));
        back.where = x[i];
      }
    }
  }
  return back;
}

struct Steps : testing::TestWithParam<std::tuple<const char *, const char *>> {};

TEST_P(Steps, BackAreNone) {
  const auto [function, target] = GetParam();
  const bool isWide = std::string_view(target) == "x86-64-v4";
  CompileOptions options;
  options.target = target;
  const Result<Kernel> kernel = uncachedEngine().compile(function, options);
  if (!kernel && isWide)
    GTEST_SKIP() << kernel.error().render(); // which not every machine runs
  ASSERT_TRUE(kernel) << kernel.error().render();
  const Back back = stepsBack(*kernel);
  EXPECT_EQ(back.most, 0) << back.count << " steps back, the largest at " << back.where;
}

/// Of texts with parameters, which have no fit; these are anything from 2^-6 to 2^6.
TEST(Quotients, OfWhatGrowsDoNotStepBack) {
  std::mt19937 random(23);
  const auto any = [&] {
    return std::to_string(std::exp2(std::uniform_real_distribution<float>(-6, 6)(random)));
  };
  for (const char *text :
       {"x / sqrt(c + a * x^2)", "x / sqrt(a * x^2 + c) * b", "x / (c + a * abs(x))",
        "b * (x / (abs(x) + c))", "if x < 0 then x / sqrt(x^2 * a + c) else x / sqrt(c)",
        "diff(a * sqrt(c + b * x^2), x)"})
    for (const char *target : {"x86-64-v4", "x86-64-v3"}) {
      const std::string definition =
          "def quotient(x; a = " + any() + ", b = " + any() + ", c = " + any() + ") = " + text;
      SCOPED_TRACE(definition + " for " + target);
      CompileOptions options;
      options.target = target;
      const Result<Kernel> kernel = uncachedEngine().compile(definition, options);
      if (!kernel && options.target == "x86-64-v4")
        continue; // which not every machine runs
      ASSERT_TRUE(kernel) << kernel.error().render();
      const Back back = stepsBack(*kernel);
      EXPECT_EQ(back.count, 0u) << "the largest of " << back.most << " ulp at " << back.where;
    }
}

/// Nor do they at infinity, where the limit, rounded once, may be less than what they come to.
TEST(Quotients, OfWhatGrowsDoNotStepBackAtInfinity) {
  std::mt19937 random(29);
  const auto any = [&] {
    return std::to_string(std::exp2(std::uniform_real_distribution<float>(-6, 6)(random)));
  };
  const std::array x = {-HUGE_VALF, -FLT_MAX, -1e30f, 0.0f, 1e30f, FLT_MAX, HUGE_VALF};
  for (int i = 0; i < 16; ++i)
    for (const char *form :
         {"x / sqrt(c + a * x^2)", "x / sqrt(a * x^2 + c) * b", "x / (c + a * abs(x))",
          "b * (x / (abs(x) + c))", "if x < 0 then x / sqrt(x^2 * a + c) else x"}) {
      std::string text = form;
      if (i % 2) // numbers, not parameters, by turns
        text = std::regex_replace(std::regex_replace(form, std::regex("\\b[ab]\\b"), any()),
                                  std::regex("\\bc\\b"), any());
      const std::string definition =
          "def quotient(x; a = " + any() + ", b = " + any() + ", c = " + any() + ") = " + text;
      const Result<Kernel> kernel = uncachedEngine().compile(definition);
      ASSERT_TRUE(kernel) << kernel.error().render();
      std::array<float, x.size()> y;
      ASSERT_TRUE(kernel->forward(x, y));
      EXPECT_TRUE(std::ranges::is_sorted(y)) << definition;
    }
}

/// The slopes of texts with parameters: those of x are powers of two, so that products are floats,
/// others anything.
TEST(Slopes, OfWhatBendsOneWayDoNotStepBack) {
  std::mt19937 random(31);
  const auto any = [&] {
    return std::to_string(std::exp2(std::uniform_real_distribution<float>(-6, 6)(random)));
  };
  const auto power = [&] { return std::to_string(std::exp2(int(random() % 5) - 2)); };
  for (const char *text :
       {"a * softplus(b * x)", "softplus(b * x) / b", "softplus(x)", "a * exp(b * x)",
        "if b * x > 20 then a * x else softplus(b * x) / b * a", "elu(x)",
        "if b > 0 then exp(b * x) / b else x"})
    for (const char *target : {"x86-64-v4", "x86-64-v3"}) {
      const std::string definition =
          "def f(x; a = " + any() + ", b = " + power() + ") = " + std::string(text);
      SCOPED_TRACE(definition + " for " + target);
      CompileOptions options;
      options.target = target;
      options.backward = true;
      const Result<Kernel> kernel = uncachedEngine().compile(definition, options);
      if (!kernel && options.target == "x86-64-v4")
        continue; // which not every machine runs
      ASSERT_TRUE(kernel) << kernel.error().render();
      const Back back = stepsBack(*kernel, /*ofSlope=*/true);
      EXPECT_EQ(back.count, 0u) << "the largest of " << back.most << " ulp at " << back.where;
    }
}

INSTANTIATE_TEST_SUITE_P(Library, Steps,
                         testing::Combine(testing::ValuesIn(functions),
                                          testing::Values("x86-64-v4", "x86-64-v3")),
                         [](const auto &instance) {
                           std::string name;
                           for (const char *part :
                                {std::get<0>(instance.param), "_", std::get<1>(instance.param)})
                             for (const char *c = part; *c; ++c)
                               name += std::isalnum(static_cast<unsigned char>(*c)) ? *c : '_';
                           return name;
                         });

} // namespace
} // namespace xphi::numerics
