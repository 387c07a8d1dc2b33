// Minima and maxima with parameters, where one of the two is infinite or no number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In f32 a parameter is asked once whether it is a number, and an argument that it holds is not
// asked whether it is infinite.
#include "UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

// As the language has them: no number if either is none.
double least(double a, double b) { return std::isnan(a) || std::isnan(b) ? NAN : std::fmin(a, b); }
double most(double a, double b) { return std::isnan(a) || std::isnan(b) ? NAN : std::fmax(a, b); }
double sigmoid(double u) { return 1 / (1 + std::exp(-u)); }
double silu(double u) { return u == -INFINITY ? 0 : u * sigmoid(u); }

struct Text {
  const char *text;
  std::function<double(double x, double a, double b)> value;
};

const Text texts[] = {
    {"def f(x; a = 2, b = 7) = sigmoid(a * min(x, b))",
     [](double x, double a, double b) { return sigmoid(a * least(x, b)); }},
    {"def f(x; a = 2, b = 7) = min(x, b) * sigmoid(a * min(x, b))",
     [](double x, double a, double b) {
       const double held = least(x, b);
       return a * held == -INFINITY && std::isinf(held) ? 0 : held * sigmoid(a * held);
     }},
    {"def f(x; a = 2, b = 7) = tanh(a * max(x, -b))",
     [](double x, double a, double b) { return std::tanh(a * most(x, -b)); }},
    {"def f(x; a = 1, b = 5) = silu(min(max(x, -b), b) + a)",
     [](double x, double a, double b) { return silu(least(most(x, -b), b) + a); }},
    {"def f(x; a = 1, b = 5) = if x < b then sigmoid(a * min(x, b)) else 1 + sigmoid(a * min(x, "
     "b))",
     [](double x, double a, double b) { return (x < b ? 0 : 1) + sigmoid(a * least(x, b)); }},
    {"def f(x; a = 2, b = 7) = sigmoid(a * x) * min(x, b)",
     [](double x, double a, double b) {
       const double held = least(x, b);
       return std::isinf(held) && a * x == -INFINITY ? 0 : sigmoid(a * x) * held;
     }},
    {"def f(x; a = 2, b = 7) = (0.5 + tanh(a * x) / 4) * max(x, -b)",
     [](double x, double a, double b) { return (0.5 + std::tanh(a * x) / 4) * most(x, -b); }},
    // Used beside, so its infinities count.
    {"def f(x; a = 2, b = 7) = tanh(a * min(x, b)) * (x / (1 + abs(x)))",
     [](double x, double a, double b) {
       return std::tanh(a * least(x, b)) *
              (std::isinf(x) ? std::copysign(1, x) : x / (1 + std::fabs(x)));
     }},
    {"def f(x; a = 2, b = 7) = sigmoid(a * min(x, b)) + 0.125 * x",
     [](double x, double a, double b) { return sigmoid(a * least(x, b)) + 0.125 * x; }},
    {"def f(x; a = 2, b = 7) = tanh(a * min(x, b)) * tanh(a * max(x, -b))",
     [](double x, double a, double b) {
       return std::tanh(a * least(x, b)) * std::tanh(a * most(x, -b));
     }},
};

constexpr float inf = std::numeric_limits<float>::infinity();

bool areAlike(double result, double truth) {
  if (std::isnan(truth) || std::isinf(truth))
    return std::isnan(truth) ? std::isnan(result) : result == truth;
  const double size = std::fmax(std::fabs(truth), 0x1p-126);
  return std::fabs(result - truth) <= 4 * 0x1p-23 * size + 0x1p-149;
}

TEST(HeldArguments, MayBeInfiniteOrNoNumber) {
  const std::vector<float> x = {NAN, inf,   -inf,   0,     1,     -1,   7,   -7,    5,
                                -5,  3e38f, -3e38f, 0.25f, 6.99f, -100, 100, 1e-30f};
  for (const Text &each : texts)
    for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
      if (std::string_view(target) > *hostTarget())
        continue;
      const Result<Kernel> kernel = uncachedEngine().compile(each.text, {.target = target});
      ASSERT_TRUE(kernel) << kernel.error().render();
      for (const float a : {2.f, 1.f, -1.f, 0.f, NAN})
        for (const float b : {7.f, 5.f, 0.f, -3.f, inf, NAN, 3e38f}) {
          std::vector<float> y(x.size());
          const std::vector<float> parameters = {a, b};
          ASSERT_TRUE(kernel->forward(x, y, parameters));
          for (std::size_t i = 0; i < x.size(); ++i) {
            // At 0 times infinity the language takes a limit, where there is one.
            if (a == 0 && (std::isinf(b) || std::isinf(x[i])))
              continue;
            // What stands for an infinity in f64 is below one of a parameter.
            if (x[i] == b && std::isinf(b))
              continue;
            EXPECT_TRUE(areAlike(y[i], each.value(x[i], a, b)))
                << each.text << " at " << x[i] << " with " << a << ", " << b << " on " << target
                << ": " << y[i] << ", truly " << each.value(x[i], a, b);
          }
        }
    }
}

} // namespace
} // namespace xphi::numerics
