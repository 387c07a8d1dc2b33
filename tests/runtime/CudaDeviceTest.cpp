// CUDA with a GPU: the bits of the CPU, for all of the library. Skipped without one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a GPU is, a compiler library may not be: with XPHI_CUDA_TARGET=cuda-sm_90, and no GPU, the
// kernels are compiled for that target, into the cache that the machine with the GPU is given.
#include "CudaDevice.h"
#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <xphi/xphi.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace xphi::test {
namespace {

const CudaDevice &device() {
  static const CudaDevice there;
  return there;
}

Engine &engine() {
  static Engine shared;
  return shared;
}

/// Elements as they are stored.
struct Elements {
  ElementType type;
  std::vector<std::byte> bytes;

  Elements(ElementType type, std::size_t count) : type(type), bytes(count * sizeOf(type)) {}

  std::size_t count() const { return bytes.size() / sizeOf(type); }
  std::int64_t shape() const { return std::int64_t(count()); }
  std::uint64_t bits(std::size_t i) const {
    std::uint64_t result = 0;
    std::memcpy(&result, bytes.data() + i * sizeOf(type), sizeOf(type));
    return result;
  }
  void setBits(std::size_t i, std::uint64_t bits) {
    std::memcpy(bytes.data() + i * sizeOf(type), &bits, sizeOf(type));
  }
  double operator[](std::size_t i) const { return valueOf(bits(i), type); }
};

/// Every element of 16 bits; of f32 as many of each exponent as normal ones of small numbers.
Elements inputs(ElementType type, std::size_t count, std::mt19937_64 &random, bool all) {
  std::normal_distribution<double> normal(0, 2);
  Elements result(type, count);
  for (std::size_t i = 0; i != count; ++i)
    result.setBits(i, all          ? i
                      : i % 2 == 0 ? random() >> (64 - 8 * sizeOf(type))
                                   : nearestElement(normal(random), type));
  return result;
}

/// Whether one is the other, NaNs of any bits being one, or the next element to it.
bool areNeighbours(const Elements &a, const Elements &b, std::size_t i) {
  const auto place = [](const Elements &of, std::size_t i) {
    const std::uint64_t sign = std::uint64_t(1) << (8 * sizeOf(of.type) - 1),
                        size = of.bits(i) & (sign - 1);
    return of.bits(i) & sign ? -std::int64_t(size) : std::int64_t(size);
  };
  return std::abs(place(a, i) - place(b, i)) <= 1;
}
bool areSame(const Elements &a, const Elements &b, std::size_t i) {
  return a.bits(i) == b.bits(i) || (std::isnan(a[i]) && std::isnan(b[i]));
}

struct CudaDeviceTest : testing::TestWithParam<std::tuple<std::string, ElementType>> {
  /// The kernel of this test for a target: "cuda", or the host's.
  static Result<Kernel> compiled(const std::string &target) {
    CompileOptions options;
    options.types = {std::get<1>(GetParam())};
    options.target = target;
    options.accuracy = Accuracy::reproducible();
    return engine().compile(std::get<0>(GetParam()), options);
  }

  /// Of kernels whose bits are the same on all machines; every element of few bits, not `count`.
  static void expectTheBitsOfTheCpu(const Kernel &cuda, const Kernel &host, std::size_t count,
                                    bool every = true) {
    const auto &[name, type] = GetParam();
    std::mt19937_64 random(std::hash<std::string>()(name));
    std::deque<Elements> x;
    std::deque<DeviceArray> onDevice;
    std::vector<Kernel::DevicePointer> pointers;
    std::vector<ConstTensor> views;
    const bool all = every && host.inputs().size() == 1 && sizeOf(type) == 2;
    if (all)
      count = 1 << 16;
    for (std::size_t i = 0; i != host.inputs().size(); ++i) {
      x.push_back(inputs(type, count, random, all));
      onDevice.emplace_back(device(), x.back().bytes);
      ASSERT_TRUE(onDevice.back().isThere);
      pointers.push_back(onDevice.back().address);
      views.push_back(ConstTensor::bits(x.back().bytes.data(), type, {x.back().shape()}));
    }
    const Elements dy = inputs(type, count, random, false);
    const DeviceArray dyOnDevice(device(), dy.bytes);
    ASSERT_TRUE(dyOnDevice.isThere);

    // The value, then the gradients.
    const std::size_t outputs = 1 + host.gradientNames().size();
    std::deque<Elements> expected, got;
    std::deque<DeviceArray> results;
    std::vector<Kernel::DevicePointer> addresses;
    std::vector<Tensor> to;
    for (std::size_t i = 0; i != outputs; ++i) {
      expected.emplace_back(type, count);
      got.emplace_back(type, count);
      results.emplace_back(device(), expected.back().bytes.size());
      ASSERT_TRUE(results.back().isThere);
      addresses.push_back(results.back().address);
      to.push_back(Tensor::bits(expected.back().bytes.data(), type, {expected.back().shape()}));
    }
    const Status onHost = host.forward(views, to[0]);
    ASSERT_TRUE(onHost) << onHost.error().render();
    const Status forward = cuda.forwardCuda(nullptr, pointers, addresses[0], count);
    ASSERT_TRUE(forward) << forward.error().render();
    const auto dyView = ConstTensor::bits(dy.bytes.data(), type, {dy.shape()});
    const Status backOnHost = host.gradients(views, dyView, std::span(to).subspan(1));
    ASSERT_TRUE(backOnHost) << backOnHost.error().render();
    const Status backward = cuda.gradientsCuda(nullptr, pointers, dyOnDevice.address,
                                               std::span(addresses).subspan(1), count);
    ASSERT_TRUE(backward) << backward.error().render();

    // A device has no wide numbers. Where doubles do not tell on which side of the middle between
    // two elements of 16 bits a result lies, it may be either, and where infinities meet, any.
    const auto meet = [&](std::size_t i) {
      return std::isinf(dy[i]) ||
             std::ranges::any_of(x, [&](const Elements &each) { return std::isinf(each[i]); });
    };
    for (std::size_t output = 0; output != outputs; ++output) {
      ASSERT_TRUE(results[output].read(got[output].bytes));
      std::size_t wrong = 0, undecided = 0;
      for (std::size_t i = 0; i != count; ++i) {
        if (areSame(got[output], expected[output], i) || (sizeOf(type) == 2 && meet(i)))
          continue;
        if (sizeOf(type) == 2 && areNeighbours(got[output], expected[output], i)) {
          ++undecided;
        } else if (++wrong <= 3) {
          std::string at;
          for (const Elements &each : x)
            at += (at.empty() ? "" : ", ") + std::to_string(each[i]);
          ADD_FAILURE() << (output == 0 ? "value" : "gradient " + host.gradientNames()[output - 1])
                        << " at " << at << ", dy " << dy[i] << ": " << got[output][i]
                        << " on the device, " << expected[output][i] << " on the CPU";
        }
      }
      EXPECT_EQ(wrong, 0u) << "of " << count;
      EXPECT_LE(undecided, count / 16 + 1) << "of " << count;
    }
  }
};

TEST_P(CudaDeviceTest, GivesTheBitsOfTheCpu) {
  const char *target = std::getenv("XPHI_CUDA_TARGET");
  if (!device().isPresent && !target)
    GTEST_SKIP() << "no CUDA device here";
  const Result<Kernel> cuda = compiled(target ? target : "cuda"), host = compiled("x86-64-v3");
  if (!cuda && cuda.error().code() == "X2001")
    GTEST_SKIP() << "no compiler library here, and not in the cache";
  ASSERT_TRUE(cuda) << cuda.error().render();
  ASSERT_TRUE(host) << host.error().render();
  if (!device().isPresent)
    GTEST_SKIP() << "compiled; no CUDA device here";
  expectTheBitsOfTheCpu(*cuda, *host, 100003);
  for (const std::size_t count : {1, 31, 255, 256, 257}) // blocks are of 256
    expectTheBitsOfTheCpu(*cuda, *host, count, false);
}

std::vector<std::string> libraryFunctions() {
  std::vector<std::string> names;
  for (const dsl::LibraryFile &file : lib::files())
    if (*lib::library().load(file.name))
      names.emplace_back(file.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Library, CudaDeviceTest,
                         testing::Combine(testing::ValuesIn(libraryFunctions()),
                                          testing::Values(ElementType::F32, ElementType::F16,
                                                          ElementType::BF16)),
                         [](const auto &tested) {
                           return std::get<0>(tested.param) + "_" +
                                  std::string(nameOf(std::get<1>(tested.param)));
                         });

} // namespace
} // namespace xphi::test
