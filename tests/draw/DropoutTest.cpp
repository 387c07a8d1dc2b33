// Kernels that draw: the bits of abi/Draw.h, forward and backward, however a call is cut up.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/Draw.h"
#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <xphi/xphi.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <random>

#include <dlfcn.h>
#include <unistd.h>

namespace xphi {
namespace {

using Floats = std::vector<float>;

Engine &engine(unsigned threads = 1) {
  static std::map<unsigned, Engine> engines;
  const auto found = engines.find(threads);
  if (found != engines.end())
    return found->second;
  Options options = Options::fromEnvironment();
  options.cacheDirectory.clear();
  options.threads = threads;
  return engines.emplace(threads, Engine(options)).first->second;
}

CompileOptions withGradients(std::string target = "") {
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  if (!target.empty())
    options.target = std::move(target);
  return options;
}

Kernel make(const std::string &what, const CompileOptions &options = withGradients(),
            unsigned threads = 1) {
  Result<Kernel> kernel = engine(threads).compile(what, options);
  EXPECT_TRUE(kernel) << kernel.error().render();
  return kernel ? *kernel : Kernel();
}

bool runsHere(const char *target) { return engine().compile("x", withGradients(target)).ok(); }

Floats numbers(std::size_t n, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Floats values(n);
  for (float &value : values)
    value = normal(random);
  return values;
}

Floats droppedFrom(const Floats &x, double p, double seed, double stream, std::uint64_t first = 0) {
  Floats y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    y[i] = isDropped(first + i, p, seed, stream) ? 0 : float(1 / (1 - p) * double(x[i]));
  return y;
}

#define ASSERT_DONE(call)                                                                          \
  do {                                                                                             \
    const Status done = (call);                                                                    \
    ASSERT_TRUE(done) << done.error().render();                                                    \
  } while (false)

// p is a power of two, so that nothing is rounded.
TEST(Dropout, DropsTheElementsOfTheGenerator) {
  for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
    if (!runsHere(target))
      continue;
    const Kernel kernel = make("dropout", withGradients(target));
    for (std::size_t n : {1, 2, 3, 5, 15, 16, 17, 63, 100, 1003, 70000})
      for (float seed : {0.0f, 1.0f, 12345.0f, 16777215.0f, 3e9f}) {
        const Floats x = numbers(n), parameters = {0.25f, seed, 7};
        Floats y(n);
        ASSERT_DONE(kernel.forward({x}, y, parameters));
        EXPECT_EQ(y, droppedFrom(x, 0.25, seed, 7)) << target << " " << n << " " << seed;
      }
  }
}

// Within 5 standard deviations; a generator of fixed bits fails always or never.
TEST(Dropout, KeepsTheShareThatIsAskedFor) {
  constexpr std::size_t n = std::size_t(1) << 18;
  const Kernel kernel = make("dropout");
  const Floats x(n, 1);
  Floats y(n);
  for (float p : {0.01f, 0.1f, 0.5f, 0.9f})
    for (float seed : {1.0f, 2.0f, 3.0f}) {
      ASSERT_DONE(kernel.forward({x}, y, Floats{p, seed, 0}));
      const auto zeros = double(std::ranges::count(y, 0.0f));
      EXPECT_NEAR(zeros, n * p, 5 * std::sqrt(n * p * (1 - p))) << p << " " << seed;
      // Nor does one element say anything of its neighbour.
      double both = 0;
      for (std::size_t i = 1; i < n; ++i)
        both += y[i - 1] == 0 && y[i] == 0;
      EXPECT_NEAR(both, n * p * p, 5 * std::sqrt(n * p * p) + 5) << p << " " << seed;
    }
}

TEST(Dropout, NothingWithZeroAllWithOne) {
  const Kernel kernel = make("dropout");
  const Floats x = numbers(1000);
  Floats y(x.size());
  ASSERT_DONE(kernel.forward({x}, y, Floats{0, 1, 2}));
  EXPECT_EQ(y, x);
  ASSERT_DONE(kernel.forward({x}, y, Floats{1, 1, 2}));
  EXPECT_EQ(y, Floats(x.size(), 0));
}

TEST(Dropout, NotANumberStaysOneAndAnInfinityIsDropped) {
  const Kernel kernel = make("dropout");
  constexpr std::size_t n = 64;
  Floats y(n);
  ASSERT_DONE(kernel.forward({Floats(n, NAN)}, y, Floats{0.5f, 1, 2}));
  EXPECT_TRUE(std::ranges::all_of(y, [](float each) { return std::isnan(each); }));
  ASSERT_DONE(kernel.forward({Floats(n, INFINITY)}, y, Floats{0.5f, 1, 2}));
  for (std::size_t i = 0; i < n; ++i)
    EXPECT_EQ(y[i], isDropped(i, 0.5, 1, 2) ? 0 : INFINITY);
}

// The usual block of a network: what is dropped forward passes nothing back.
constexpr char block[] = "def block(x, b, r; p = 0.25, seed = 1, stream = 0) =\n"
                         "  dropout(gelu(x + b); p = p, seed = seed, stream = stream) + r";

TEST(Dropout, TheMaskIsMadeAgainBackward) {
  for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
    if (!runsHere(target))
      continue;
    const Kernel kernel = make(block, withGradients(target));
    const Kernel gelu = make("def f(x, b) = gelu(x + b)", withGradients(target));
    constexpr std::size_t n = 5003;
    const Floats x = numbers(n, 1), b = numbers(n, 2), r(n, 0), dy = numbers(n, 3);
    const Floats parameters = {0.25f, 77, 5};
    Floats y(n), u(n), dx(n), db(n), dr(n), dp(1), dseed(1), dstream(1), du(n), ignored(n);
    ASSERT_DONE(kernel.forward({x, b, r}, y, parameters));
    ASSERT_DONE(gelu.forward({x, b}, u));
    std::vector<Kernel::Input> values;
    for (const float &parameter : parameters)
      values.emplace_back(&parameter, 1);
    ASSERT_DONE(kernel.gradients({x, b, r}, dy, {dx, db, dr, dp, dseed, dstream},
                                 Kernel::Arguments{.parameters = values}));
    ASSERT_DONE(gelu.gradients({x, b}, dy, {du, ignored}));
    EXPECT_EQ(dr, dy);
    EXPECT_EQ(dseed[0], 0);
    EXPECT_EQ(dstream[0], 0);
    for (std::size_t i = 0; i < n; ++i) {
      const bool dropped = isDropped(i, 0.25, 77, 5);
      const float scale = 1 / 0.75f;
      EXPECT_NEAR(y[i], dropped ? 0 : scale * u[i], 1e-6 * std::fabs(y[i])) << i;
      EXPECT_NEAR(dx[i], dropped ? 0 : scale * du[i], 1e-6 * std::fabs(dx[i])) << i;
      EXPECT_EQ(dx[i], db[i]) << i;
      if (dropped) {
        EXPECT_EQ(y[i], 0) << i;
        EXPECT_EQ(dx[i], 0) << i;
      }
    }
  }
}

// Tails, infinities and sums that cancel go other ways than most elements: what is drawn goes
// along.
TEST(Dropout, EveryWayOfEvaluationSeesTheSameBits) {
  std::vector<std::string> bodies = {"exp(x) - 1 - x - x^2 / 2", "x / (x - 1)", "sin(x) / x"};
  for (std::size_t i = 0; i < lib::files().size(); i += 9) {
    const auto read = lib::library().load(lib::files()[i].name);
    const dsl::Definition &definition = read->program->definitions[read->program->entry()];
    if (definition.inputs.size() == 1 && definition.name != "dropout")
      bodies.push_back(definition.name + "(x)");
  }
  Floats x = numbers(4001, 9);
  for (std::size_t i = 0; i < x.size(); i += 3)
    x[i] = std::ldexp(x[i], int(i % 250) - 125);
  x[5] = x[6] = x[7] = INFINITY;
  x[8] = x[9] = x[10] = -INFINITY;
  x[11] = x[12] = NAN;
  for (const std::string &body : bodies) {
    const Kernel plain = make(body), dropping = make("dropout(" + body + "; seed = 3)");
    Floats f(x.size()), y(x.size());
    ASSERT_DONE(plain.forward({x}, f));
    ASSERT_DONE(dropping.forward({x}, y));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const bool isNan = std::isnan(x[i]);
      const float expected = isDropped(i, 0.5, 3, 0) && !isNan ? 0 : 2 * f[i];
      EXPECT_TRUE(y[i] == expected || std::fabs(y[i] - expected) <= 2e-6f * std::fabs(expected) ||
                  std::fabs(y[i] - expected) <= 8 * FLT_TRUE_MIN ||
                  (std::isnan(y[i]) && std::isnan(expected)))
          << body << " at " << x[i] << ", element " << i << ": " << y[i] << ", not " << expected;
    }
  }
}

// Lanes that go other ways are some of a vector, or of the second of two.
TEST(Dropout, WhatGoesAnotherWayDrawsItsOwnBits) {
  for (const ElementType type : {ElementType::F32, ElementType::BF16, ElementType::F16})
    for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
      if (!runsHere(target))
        continue;
      CompileOptions options = withGradients(target);
      options.types = {type};
      const Kernel kernel = make("def f(x, b) = dropout(gelu(x + b); p = 0.5, seed = 3)", options),
                   plain = make("def f(x, b) = gelu(x + b)", options);
      constexpr std::int64_t n = 3011;
      const std::size_t size = sizeOf(type);
      std::vector<std::byte> x(n * size), b(n * size), y(n * size), u(n * size);
      const Floats drawn = numbers(n, 4);
      for (std::size_t i = 0; i != n; ++i) {
        const std::uint64_t far = nearestElement(i % 5 ? drawn[i] : 9 + drawn[i], type),
                            none = nearestElement(0, type);
        std::memcpy(&x[i * size], &far, size);
        std::memcpy(&b[i * size], &none, size);
      }
      const auto in = [&](const std::vector<std::byte> &each) {
        return ConstTensor::bits(each.data(), type, {n});
      };
      ASSERT_DONE(kernel.forward({in(x), in(b)}, Tensor::bits(y.data(), type, {n})));
      ASSERT_DONE(plain.forward({in(x), in(b)}, Tensor::bits(u.data(), type, {n})));
      const auto at = [&](const std::vector<std::byte> &each, std::size_t i) {
        std::uint64_t word = 0;
        std::memcpy(&word, &each[i * size], size);
        return valueOf(word, type);
      };
      for (std::size_t i = 0; i != n; ++i) {
        const double expected = isDropped(i, 0.5, 3, 0) ? 0 : 2 * at(u, i);
        ASSERT_NEAR(at(y, i), expected, std::ldexp(std::fabs(expected), -fractionBits(type) + 2))
            << nameOf(type) << ", " << target << ", element " << i;
      }
    }
}

TEST(Dropout, ThreadsDoNotChangeABit) {
  constexpr std::size_t n = (std::size_t(1) << 18) + 37;
  const Floats x = numbers(n), b = numbers(n, 2), r = numbers(n, 3);
  Floats first;
  for (unsigned threads : {1u, 2u, 3u, 5u}) {
    const Kernel kernel = make(block, withGradients(), threads);
    Floats y(n), dx(n), db(n), dr(n), sums(3);
    ASSERT_DONE(kernel.forward({x, b, r}, y));
    ASSERT_DONE(kernel.gradients({x, b, r}, r,
                                 {dx, db, dr, Kernel::Output(&sums[0], 1),
                                  Kernel::Output(&sums[1], 1), Kernel::Output(&sums[2], 1)}));
    y.insert(y.end(), dx.begin(), dx.end());
    y.insert(y.end(), sums.begin(), sums.end());
    if (first.empty())
      first = y;
    EXPECT_EQ(y, first) << threads;
  }
}

TEST(Dropout, TargetsDrawTheSameBits) {
  if (!runsHere("x86-64-v4"))
    GTEST_SKIP() << "this machine has no AVX-512";
  constexpr std::size_t n = 4099;
  const Floats x = numbers(n), b = numbers(n, 2), r = numbers(n, 3);
  Floats y[2] = {Floats(n), Floats(n)};
  for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
    CompileOptions options = withGradients(target);
    options.accuracy = Accuracy::reproducible();
    ASSERT_DONE(make(block, options).forward({x, b, r}, y[target[8] == '4']));
  }
  EXPECT_EQ(y[0], y[1]);
}

// Seeds that differ from element to element take a generator for each lane.
TEST(Dropout, SeedsMayComeFromAnywhere) {
  const Kernel kernel =
      make("def f(x, s; k = 3, m: channel = 0) = if dropped(0.5, s + m, 2 * k) then 0 else x");
  constexpr std::size_t n = 1001;
  const Floats x(n, 1);
  Floats seeds(n), y(n);
  for (std::size_t i = 0; i < n; ++i)
    seeds[i] = float(i % 7);
  ASSERT_DONE(kernel.forward({x, seeds}, y, Floats{3, 2}));
  for (std::size_t i = 0; i < n; ++i)
    EXPECT_EQ(y[i], isDropped(i, 0.5, double(i % 7) + 2, 6) ? 0 : 1) << i;
}

TEST(Dropout, ChancesMayBeOfChannelsOrComputed) {
  const Kernel kernel =
      make("def f(x; p: channel = 0.5) = if dropped(1 - p / 2, 9, 0) then 0 else x");
  constexpr std::size_t channels = 3, inner = 37, n = 4 * channels * inner;
  const Floats x(n, 1), p = {0.25f, 0.5f, 1};
  Floats y(n);
  const std::vector<Kernel::Input> values = {p};
  ASSERT_DONE(kernel.forward(std::vector<Kernel::Input>{x}, y,
                             Kernel::Arguments{.parameters = values, .layout = {channels, inner}}));
  for (std::size_t i = 0; i < n; ++i)
    EXPECT_EQ(y[i], isDropped(i, 1 - p[i / inner % channels] / 2, 9, 0) ? 0 : 1) << i;
}

TEST(Dropout, DrawsOfOneFunctionAreApart) {
  const Kernel kernel = make("dropout(dropout(x; p = 0.5, seed = 1); p = 0.5, seed = 2) + "
                             "dropout(x; p = 0.5, seed = 3)");
  constexpr std::size_t n = 500;
  const Floats x(n, 1);
  Floats y(n);
  ASSERT_DONE(kernel.forward({x}, y));
  for (std::size_t i = 0; i < n; ++i) {
    const auto kept = [&](double seed) { return isDropped(i, 0.5, seed, 0) ? 0 : 2; };
    EXPECT_EQ(y[i], kept(1) * kept(2) + kept(3)) << i;
  }
}

// Whatever arrays look like, an element's index is its place in the result, row by row.
TEST(Dropout, TensorsCountTheirElementsRowByRow) {
  const Kernel kernel = make("def f(x, r) = dropout(x; p = 0.5, seed = 4) + r", withGradients(), 2);
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    const std::size_t rank = 1 + random() % 4;
    std::vector<std::int64_t> shape(rank), order(rank), strides(rank), xShape;
    for (std::int64_t &extent : shape)
      extent = std::int64_t(1 + random() % (round % 20 == 0 ? 60 : 9));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::shuffle(order, random);
    std::int64_t size = 1, start = 0;
    for (std::int64_t dimension : order) {
      strides[std::size_t(dimension)] = size;
      size *= shape[std::size_t(dimension)];
      if (random() % 3 == 0) { // backwards
        start += strides[std::size_t(dimension)] * (shape[std::size_t(dimension)] - 1);
        strides[std::size_t(dimension)] *= -1;
      }
    }
    xShape = shape;
    for (std::int64_t &extent : xShape)
      if (random() % 3 == 0)
        extent = 1;
    std::int64_t xSize = 1;
    for (std::int64_t extent : xShape)
      xSize *= extent;
    const auto elements = std::size_t(size), xElements = std::size_t(xSize);
    Floats x(xElements, 1), r(elements, 0), y(elements), dy(elements, 1), dx(xElements),
        dr(elements);
    ASSERT_DONE(kernel.forward(
        {ConstTensor::of(x.data(), xShape), ConstTensor::of(r.data() + start, shape, strides)},
        Tensor::of(y.data() + start, shape, strides)));
    ASSERT_DONE(kernel.gradients(
        {ConstTensor::of(x.data(), xShape), ConstTensor::of(r.data() + start, shape, strides)},
        ConstTensor::of(dy.data(), shape),
        {Tensor::of(dx.data(), xShape), Tensor::of(dr.data() + start, shape, strides)}));
    Floats expected(xElements, 0);
    for (std::int64_t i = 0; i < size; ++i) {
      std::int64_t at = start, from = 0, rest = i, xStride = 1;
      for (std::size_t d = rank; d-- != 0; rest /= shape[d]) {
        at += rest % shape[d] * strides[d];
        if (xShape[d] != 1)
          from += rest % shape[d] * xStride;
        xStride *= xShape[d];
      }
      const bool dropped = isDropped(std::uint64_t(i), 0.5, 4, 0);
      ASSERT_EQ(y[std::size_t(at)], dropped ? 0 : 2) << "round " << round << ", element " << i;
      expected[std::size_t(from)] += dropped ? 0 : 2;
    }
    ASSERT_EQ(dx, expected) << "round " << round;
  }
}

TEST(Dropout, SixteenBitArraysDrawTheSame) {
  for (ElementType type : {ElementType::F16, ElementType::BF16}) {
    CompileOptions options = withGradients();
    options.types = {type};
    const Kernel kernel = make("dropout", options);
    constexpr std::int64_t n = 777;
    std::vector<std::uint16_t> x(n, std::uint16_t(nearestElement(3, type))), y(n);
    ASSERT_DONE(kernel.forward(ConstTensor::bits(x.data(), type, {n}),
                               Tensor::bits(y.data(), type, {n}), Floats{0.5f, 6, 0}));
    for (std::int64_t i = 0; i < n; ++i)
      EXPECT_EQ(valueOf(y[std::size_t(i)], type), isDropped(std::uint64_t(i), 0.5, 6, 0) ? 0 : 6);
  }
}

TEST(Dropout, MasksOfOneBitSayWhatWasDropped) {
  CompileOptions options;
  options.keep = Keep::Mask;
  const Kernel kernel = make("dropout(relu(x); p = 0.5, seed = 8)", options);
  ASSERT_TRUE(kernel);
  constexpr std::size_t n = 10001;
  const Floats x = numbers(n), dy(n, 1);
  Floats y(n), dx(n);
  std::vector<std::uint8_t> mask(Kernel::maskSize(n));
  ASSERT_DONE(kernel.forward(x, y, Kernel::Mask(mask)));
  ASSERT_DONE(kernel.backward(std::span<const std::uint8_t>(mask), dy, dx));
  for (std::size_t i = 0; i < n; ++i)
    EXPECT_EQ(dx[i], isDropped(i, 0.5, 8, 0) || x[i] <= 0 ? 0 : 2) << i;
}

// A caller who cuts arrays up says where each part begins.
void expectDrawnByCFunctions(const char *target) {
  const Result<std::string> library = engine().emit("dropout", "shared", withGradients(target));
  ASSERT_TRUE(library) << library.error().render();
  const std::string path =
      std::filesystem::temp_directory_path() / ("dropout" + std::to_string(getpid()) + ".so");
  std::ofstream(path, std::ios::binary) << *library;
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  std::filesystem::remove(path);
  ASSERT_TRUE(handle) << dlerror();
  using Forward = void (*)(const float *, float, float, float, float *, std::size_t, std::size_t);
  using Backward = void (*)(const float *, const float *, float, float, float, float *, float *,
                            float *, float *, std::size_t, std::size_t);
  const auto forward = reinterpret_cast<Forward>(dlsym(handle, "dropout_f32"));
  const auto backward = reinterpret_cast<Backward>(dlsym(handle, "dropout_f32_backward"));
  ASSERT_TRUE(forward && backward);
  constexpr float guard = 99;
  // A counter has the index over four, in two words.
  constexpr std::size_t carry = std::size_t(1) << 34;
  for (std::size_t first :
       {std::size_t(0), std::size_t(1), std::size_t(2), std::size_t(3), std::size_t(4),
        std::size_t(7), std::size_t(8), std::size_t(15), std::size_t(17), std::size_t(31),
        std::size_t(33), std::size_t(1000), carry - 35, carry + 5, (std::size_t(1) << 40) - 17})
    for (std::size_t n = 0; n <= 70; n += n < 40 ? 1 : 3) {
      const Floats x = numbers(n);
      const Floats expected = droppedFrom(x, 0.5, 3, 1, first);
      Floats y(n + 1, guard), dx(n + 1, guard);
      forward(x.data(), 0.5f, 3, 1, y.data(), first, n);
      float dp, dseed, dstream;
      backward(x.data(), x.data(), 0.5f, 3, 1, dx.data(), &dp, &dseed, &dstream, first, n);
      EXPECT_EQ(y[n], guard);
      EXPECT_EQ(dx[n], guard);
      y.pop_back();
      dx.pop_back();
      EXPECT_EQ(y, expected) << target << " " << first << " " << n;
      EXPECT_EQ(dx, expected) << target << " " << first << " " << n;
    }
  dlclose(handle);
}

TEST(Dropout, CFunctionsTakeThePlaceOfTheirPart) {
  for (const char *target : {"x86-64-v3", "x86-64-v4"})
    if (runsHere(target))
      expectDrawnByCFunctions(target);
}

TEST(Dropout, IsCheckedBeforeItLeaves) {
  const Kernel kernel = make(block);
  EXPECT_EQ(kernel.certificate().method, Certificate::Method::Checked);
  EXPECT_TRUE(kernel.certificate().kept);
  EXPECT_GT(kernel.certificate().points, 100u);
}

} // namespace
} // namespace xphi
