// Elements do not depend on the iteration in which their turn comes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An iteration of a kernel's loop begins the next one. So: arrays of every length, with a page
// behind them that may not be touched, apart and in place, and among ordinary numbers, at random
// places, ones that take the rare ways of a body. Each element has the bits that it has in a call
// of its own.
#include "tests/numerics/Guarded.h"
#include "tests/numerics/UncachedEngine.h"

#include "abi/ElementValues.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>

namespace xphi::numerics {
namespace {

struct Sample {
  const char *name, *text;
  std::vector<float> parameters = {};
  Accuracy accuracy = {};
};

// Tables, exponentials, arithmetic, two ways at run time, pairs of floats, doubles.
const Sample samples[] = {
    {"gelu", "gelu"},
    {"silu", "silu"},
    {"selu", "selu"},
    {"sigmoid", "sigmoid"},
    {"sine", "sin(x)"},
    {"hard_swish", "hard_swish"},
    {"gate", "def f(x, v) = silu(x) * v"},
    {"elu", "elu", {1}},
    {"other_elu", "elu", {0.75f}},
    {"exact_tanh", "tanh", {}, Accuracy::exact()},
    {"exact_selu", "selu", {}, Accuracy::exact()},
    {"exact_gelu", "gelu", {}, Accuracy::exact()},
    {"exact_elu", "elu", {1}, Accuracy::exact()},
    {"exact_other_elu", "elu", {0.75f}, Accuracy::exact()},
    {"exact_Phi", "Phi", {}, Accuracy::exact()},
    {"composed", "log1p(exp(-x * x)) * tanh(softplus(x))"},
};

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> all;
  for (std::size_t n = 1; n <= 131; ++n)
    all.push_back(n);
  for (std::size_t n : {1000, (1 << 16) + 21})
    all.push_back(n);
  return all;
}

struct Iterations : testing::TestWithParam<std::tuple<Sample, ElementType, std::string>> {
  using Bytes = std::vector<std::uint8_t>;

  Bytes numbers(std::size_t n) {
    Bytes bytes(n * size());
    for (std::size_t i = 0; i < n; ++i) {
      std::uint64_t bits = nearestElement(1.5 * normal(random), type());
      if (random() % 40 == 0)
        bits = random();
      std::memcpy(&bytes[i * size()], &bits, size());
    }
    return bytes;
  }

  ElementType type() const { return std::get<1>(GetParam()); }
  std::size_t size() const { return sizeOf(type()); }
  static constexpr std::size_t most = 1000;

  std::mt19937 random{20261126};
  std::normal_distribution<double> normal;
};

TEST_P(Iterations, DoNotChangeWhatElementsAre) {
  const auto &[sample, type, target] = GetParam();
  CompileOptions options;
  options.types = {type};
  options.target = target;
  options.accuracy = sample.accuracy;
  const Result<Kernel> compiled = uncachedEngine().compile(sample.text, options);
  ASSERT_TRUE(compiled) << compiled.error().render();
  const Kernel &kernel = *compiled;
  const std::size_t count = kernel.inputs().size();

  /// Inputs, and dy.
  std::vector<Bytes> given;
  for (std::size_t k = 0; k <= count; ++k)
    given.push_back(numbers(most));
  const auto run = [&](const std::vector<std::uint8_t *> &from, std::uint8_t *y,
                       const std::vector<std::uint8_t *> &gradients, std::size_t n) {
    const std::int64_t shape[] = {std::int64_t(n)};
    std::vector<ConstTensor> inputs;
    for (std::size_t k = 0; k < count; ++k)
      inputs.push_back(ConstTensor::bits(from[k], type, shape));
    if (y)
      return bool(kernel.forward(inputs, Tensor::bits(y, type, shape), sample.parameters));
    std::vector<Tensor> outputs;
    for (std::uint8_t *each : gradients)
      outputs.push_back(Tensor::bits(each, type, shape));
    return bool(kernel.gradients(inputs, ConstTensor::bits(from[count], type, shape), outputs,
                                 sample.parameters));
  };

  /// y, and the gradients.
  std::vector<Bytes> alone(1 + count, Bytes(most * size()));
  for (std::size_t i = 0; i < most; ++i) {
    std::vector<std::uint8_t *> from, to;
    for (Bytes &each : given)
      from.push_back(&each[i * size()]);
    for (std::size_t k = 1; k <= count; ++k)
      to.push_back(&alone[k][i * size()]);
    ASSERT_TRUE(run(from, &alone[0][i * size()], {}, 1) && run(from, nullptr, to, 1));
  }

  for (const std::size_t n : lengths())
    for (const bool isInPlace : {false, true})
      for (const bool isForward : {true, false}) {
        std::vector<std::unique_ptr<Guarded>> arrays;
        std::vector<std::uint8_t *> from, to;
        for (const Bytes &each : given) {
          arrays.push_back(std::make_unique<Guarded>(n * size(), Flush::End));
          for (std::size_t i = 0; i < n; i += most)
            std::memcpy(arrays.back()->data() + i * size(), each.data(),
                        std::min(n - i, most) * size());
          from.push_back(arrays.back()->data());
        }
        for (std::size_t k = 0; k < (isForward ? 1 : count); ++k) {
          arrays.push_back(std::make_unique<Guarded>(n * size(), Flush::End));
          to.push_back(isInPlace ? from[k] : arrays.back()->data());
        }
        ASSERT_TRUE(isForward ? run(from, to[0], {}, n) : run(from, nullptr, to, n));
        for (std::size_t k = 0; k < to.size(); ++k)
          for (std::size_t i = 0; i < n; ++i)
            ASSERT_EQ(std::memcmp(to[k] + i * size(),
                                  &alone[isForward ? 0 : 1 + k][i % most * size()], size()),
                      0)
                << (isForward ? "value" : "gradient") << ' ' << i << " of " << n
                << (isInPlace ? ", in place" : "");
        for (const auto &each : arrays)
          ASSERT_TRUE(each->isIntact()) << n;
      }
}

INSTANTIATE_TEST_SUITE_P(Samples, Iterations,
                         testing::Combine(testing::ValuesIn(samples),
                                          testing::Values(ElementType::F32, ElementType::F16,
                                                          ElementType::BF16),
                                          testing::Values("", "x86-64-v3")),
                         [](const auto &tested) {
                           const std::string target = std::get<2>(tested.param);
                           return std::string(std::get<0>(tested.param).name) + "_" +
                                  std::string(nameOf(std::get<1>(tested.param))) +
                                  (target.empty() ? "" : "_avx2");
                         });

} // namespace
} // namespace xphi::numerics
