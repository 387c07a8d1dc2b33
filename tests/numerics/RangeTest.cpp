// No result leaves the range of its function, nor does a slope that is such a function itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Dice.h"
#include "UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

struct Bounded {
  const char *name;
  double low, high;
  bool slopeToo = false; ///< in the same range
};

constexpr Bounded functions[] = {{"sin", -1, 1, true},
                                 {"cos", -1, 1, true},
                                 {"tanh", -1, 1},
                                 {"sigmoid", 0, 1, true},
                                 {"erf", -1, 1},
                                 {"Phi", 0, 1, true},
                                 {"softsign", -1, 1},
                                 {"erfc", 0, 2},
                                 {"gaussian", 0, 1},
                                 {"hard_tanh", -1, 1, true},
                                 {"hard_sigmoid", 0, 1, true}};

/// Random ones, and the neighbours of where waves are ±1.
std::vector<float> inputs(std::uint64_t seed, double scale, double shift) {
  Dice dice(seed);
  std::vector<float> x;
  for (int i = 0; i < 20000; ++i) {
    const double turns = double(std::int64_t(dice() % 5000) - 2500);
    auto at = float((turns * std::numbers::pi / 2 - shift) / scale);
    for (int step = int(dice() % 200); step > 0; --step)
      at = std::nextafter(at, i % 2 ? HUGE_VALF : -HUGE_VALF);
    x.push_back(at);
    x.push_back(float(std::ldexp(dice.normal(), int(dice() % 40) - 20)));
  }
  return x;
}

template <class T> std::vector<T> as(const std::vector<float> &numbers) {
  return std::vector<T>(numbers.begin(), numbers.end());
}

template <class T>
void expectWithin(const Bounded &function, std::uint64_t seed, const Kernel &kernel,
                  const std::vector<float> &at) {
  const std::vector<T> x = as<T>(at), dy(x.size(), T(1));
  std::vector<T> y(x.size()), dx(x.size());
  ASSERT_TRUE(kernel.forward(ConstTensor::of(x), Tensor::of(y)));
  ASSERT_TRUE(kernel.backward(ConstTensor::of(x), ConstTensor::of(dy), Tensor::of(dx)));
  std::size_t outside = 0;
  const auto check = [&](T value, T input, double low, double high, const char *what) {
    if (!(low <= double(value) && double(value) <= high) && ++outside < 4)
      ADD_FAILURE() << function.name << ", " << what << " at " << input << ": " << value
                    << ", seed " << seed;
  };
  for (std::size_t i = 0; i < x.size(); ++i) {
    check(y[i], x[i], function.low, function.high, "value");
    if (function.slopeToo)
      check(dx[i], x[i], -1, 1, "slope");
  }
}

TEST(Range, IsKeptByValuesAndSlopes) {
  for (const Bounded &function : functions)
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      Dice dice(seed);
      // A slope is that of the function where x is not scaled.
      const bool isPlain = seed == 0, isScaled = seed > 1 && !function.slopeToo;
      const double scale = isScaled ? dice.between(0.1, 3) : 1,
                   shift = isPlain ? 0 : dice.between(-1, 1);
      const std::string text = std::string(function.name) + "(" + std::to_string(scale) +
                               " * x + " + std::to_string(shift) + ")";
      for (const ElementType type : {ElementType::F32, ElementType::F64}) {
        const Result<Kernel> kernel = uncachedEngine().compile(text, {.types = {type}});
        ASSERT_TRUE(kernel) << text << kernel.error().render();
        if (type == ElementType::F32)
          expectWithin<float>(function, seed, *kernel, inputs(seed, scale, shift));
        else if (seed < 2)
          expectWithin<double>(function, seed, *kernel, inputs(seed, scale, shift));
      }
    }
}

// With what a parameter, or a number, makes of a wave.
TEST(Range, IsKeptByWavesTimesParameters) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    Dice dice(seed);
    const float factor = seed % 2 ? float(dice.between(0.5, 40)) : 30;
    const std::string number = std::to_string(factor);
    const float most = std::stof(number);
    const std::vector<float> x = inputs(seed, double(most), 0), dy(x.size(), 1);
    for (const std::string &wave :
         {"def f(x; omega = " + number + ") = sin(omega * x)",
          "def f(x; omega = " + number + ") = cos(omega * x)", "sin(" + number + " * x)",
          "def f(x; omega = " + number + ", a = 0.5) = sin(omega * x) * a / 0.5"}) {
      const Result<Kernel> kernel = uncachedEngine().compile(wave);
      ASSERT_TRUE(kernel) << wave << kernel.error().render();
      std::vector<float> y(x.size()), dx(x.size());
      ASSERT_TRUE(kernel->forward(x, y));
      ASSERT_TRUE(kernel->backward(x, dy, dx));
      for (std::size_t i = 0; i < x.size(); ++i)
        ASSERT_TRUE(std::fabs(y[i]) <= 1 && std::fabs(dx[i]) <= most)
            << wave << " at " << x[i] << ": " << y[i] << ", slope " << dx[i];
    }
  }
}

} // namespace
} // namespace xphi::numerics
