// Calls of more elements than 2^31 and 2^32, and strides that reach as far.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arrays are larger than memory need be: an array repeats the same pages, but for its end,
// which has its own. That each element is visited once is seen by sums over all of them.
#include "abi/Draw.h"

#include <xphi/xphi.hpp>

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

namespace xphi {
namespace {

constexpr std::size_t blockBytes = std::size_t(2) << 20;

/// Addresses of any number of bytes. All whole blocks but the last are the same memory.
class Repeated {
public:
  explicit Repeated(std::size_t bytes)
      : blocks(bytes / blockBytes + 2), file(::memfd_create("repeated", MFD_CLOEXEC)) {
    bool mapped = file >= 0 && ::ftruncate(file, off_t(3 * blockBytes)) == 0;
    void *place = ::mmap(nullptr, blocks * blockBytes, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    start = static_cast<char *>(place);
    for (std::size_t i = 0; mapped && i != blocks; ++i) {
      const std::size_t from = i + 2 < blocks ? 0 : (i + 3 - blocks) * blockBytes;
      mapped = ::mmap(start + i * blockBytes, blockBytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_FIXED, file, off_t(from)) != MAP_FAILED;
    }
    if (!mapped)
      throw std::bad_alloc();
  }
  ~Repeated() {
    ::munmap(start, blocks * blockBytes);
    ::close(file);
  }
  Repeated(const Repeated &) = delete;

  template <class Value> Value *as() const { return reinterpret_cast<Value *>(start); }
  /// Every block, those of the end too, holds the same `blockBytes / sizeof(Value)` values.
  template <class Value> void fill(const std::vector<Value> &values) {
    for (const std::size_t block : {std::size_t(0), blocks - 2, blocks - 1})
      std::memcpy(start + block * blockBytes, values.data(), blockBytes);
  }

private:
  std::size_t blocks;
  int file;
  char *start = nullptr;
};

Engine &engine(unsigned threads = 1) {
  static Engine one([] {
    Options options = Options::fromEnvironment();
    options.threads = 1;
    return options;
  }());
  static Engine two([] {
    Options options = Options::fromEnvironment();
    options.threads = 2;
    return options;
  }());
  return threads == 1 ? one : two;
}

Kernel make(const std::string &what, const CompileOptions &options, unsigned threads = 1) {
  Result<Kernel> kernel = engine(threads).compile(what, options);
  EXPECT_TRUE(kernel) << kernel.error().render();
  return kernel ? *kernel : Kernel();
}

CompileOptions allGradients() {
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  return options;
}

void expectDone(const Status &status) { EXPECT_TRUE(status) << status.error().render(); }

/// 1 here and there, else 0, so that sums of them are exact.
std::vector<float> fewOnes() {
  std::vector<float> values(blockBytes / sizeof(float));
  std::mt19937 random(1);
  for (std::size_t at = random() % 2000; at < values.size(); at += 1 + random() % 4000)
    values[at] = 1;
  return values;
}

TEST(HugeCalls, SumOverEveryElementOnce) {
  const std::vector<float> ones = fewOnes();
  const std::size_t inner = 5, channels = 3, count = ((std::size_t(1) << 31) / 15 + 3) * 15;
  Repeated x(count * 4), dx(count * 4);
  x.fill(ones);
  std::vector<double> sums(channels);
  for (std::size_t at = 0; at != ones.size(); ++at)
    if (ones[at] != 0)
      for (std::size_t i = at; i < count; i += ones.size())
        ++sums[i / inner % channels];
  const Kernel one = make("def f(x; a = 2) = a * x", allGradients(), 2),
               many = make("def f(x; a: channel = 2) = a * x", allGradients(), 1);
  const std::span<const float> in(x.as<float>(), count);
  const std::span<float> out(dx.as<float>(), count);
  // dy is x: of 0 and 1 the product with itself is itself.
  float sum = 0;
  expectDone(one.gradients({in}, in, {out, std::span(&sum, 1)}));
  EXPECT_EQ(sum, float(sums[0] + sums[1] + sums[2]));
  std::vector<float> each(channels);
  const std::vector<float> values{1, 2, 3};
  const std::span<const float> given[] = {values};
  expectDone(many.gradients({in}, in, {out, each}, Kernel::Arguments{given, {channels, inner}}));
  for (std::size_t i = 0; i != channels; ++i)
    EXPECT_EQ(each[i], float(sums[i]));
  for (std::size_t i = count - 1000; i != count; ++i)
    ASSERT_EQ(out[i], ones[i % ones.size()] * values[i / inner % channels]) << i;
}

TEST(HugeCalls, OfBytes) {
  const Kernel kernel = make("x / 2 + 3", {.types = {ElementType::INT8}});
  std::vector<std::int8_t> numbers(blockBytes);
  for (std::size_t i = 0; i != numbers.size(); ++i)
    numbers[i] = std::int8_t(i * 37 + i / 256);
  const std::size_t count = (std::size_t(1) << 32) + 13;
  Repeated x(count), y(count);
  x.fill(numbers);
  y.fill(std::vector<std::int8_t>(blockBytes, 99));
  expectDone(
      kernel.forward(ConstTensor::bits(x.as<char>(), ElementType::INT8, {std::int64_t(count)}),
                     Tensor::bits(y.as<char>(), ElementType::INT8, {std::int64_t(count)})));
  const auto check = [&](std::size_t from, std::size_t to) {
    std::size_t wrong = 0;
    for (std::size_t i = from; i != to; ++i)
      wrong += y.as<std::int8_t>()[i] != std::nearbyint(numbers[i % blockBytes] / 2.0 + 3);
    EXPECT_EQ(wrong, 0u) << from;
  };
  check(0, blockBytes);
  check(count - blockBytes, count);
  EXPECT_EQ(y.as<std::int8_t>()[count], 99);
}

TEST(HugeCalls, WithMasks) {
  const std::size_t count = (std::size_t(1) << 31) + 11;
  const Kernel kernel = make("relu", {.keep = Keep::Mask});
  std::vector<float> numbers = fewOnes();
  for (std::size_t i = 0; i != numbers.size(); ++i)
    numbers[i] = i * 2654435761u & 64 ? -1.0F : 2 + numbers[i];
  // Sixteen blocks of floats have a mask of half a block: so the mask repeats as well.
  Repeated x(count * 4), y(count * 4), mask(count / 8);
  x.fill(numbers);
  const std::span<float> in(x.as<float>(), count), out(y.as<float>(), count);
  const std::span<std::uint8_t> bits(mask.as<std::uint8_t>(), Kernel::maskSize(count));
  expectDone(kernel.forward(in, out, bits));
  for (std::size_t i = count - 5000; i != count; ++i) {
    ASSERT_EQ(out[i], std::max(0.0F, in[i])) << i;
    ASSERT_EQ(bits[i / 8] >> i % 8 & 1, in[i] > 0) << i;
  }
  expectDone(kernel.backward(bits, in, out));
  for (std::size_t i = count - 5000; i != count; ++i)
    ASSERT_EQ(out[i], std::max(0.0F, in[i])) << i;
}

TEST(HugeCalls, DrawnBitsAreThoseOfTheIndex) {
  const std::size_t count = (std::size_t(1) << 32) + 1003;
  const Kernel kernel = make("def f(x; p = 0.25, seed = 7) = dropout(x; p = p, seed = seed)",
                             {.types = {ElementType::INT8}});
  Repeated x(count), y(count);
  x.fill(std::vector<std::int8_t>(blockBytes, 3)); // 3 / (1 - 0.25) is 4
  expectDone(
      kernel.forward(ConstTensor::bits(x.as<char>(), ElementType::INT8, {std::int64_t(count)}),
                     Tensor::bits(y.as<char>(), ElementType::INT8, {std::int64_t(count)})));
  std::size_t differs = 0;
  for (std::size_t i = count - 2000; i != count; ++i) {
    ASSERT_EQ(y.as<std::int8_t>()[i], isDropped(i, 0.25, 7, 0) ? 0 : 4) << i;
    differs += isDropped(i, 0.25, 7, 0) != isDropped(std::uint32_t(i), 0.25, 7, 0);
  }
  EXPECT_GT(differs, 100u) << "by what would be cut off";
}

TEST(HugeCalls, StridesBeyondAllMemory) {
  // Pages that nobody touches are none.
  const std::size_t bytes = std::size_t(80) << 30;
  void *place = ::mmap(nullptr, 2 * bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(place, MAP_FAILED);
  const Kernel kernel = make("def f(x, z; a: channel = 1) = a * x + z", allGradients());
  auto *in = static_cast<float *>(place), *out = in + bytes / sizeof(float);
  std::mt19937 random(1);
  for (const std::int64_t far :
       {(std::int64_t(1) << 29) + 3, (std::int64_t(1) << 31) + 5, (std::int64_t(1) << 32) + 7})
    for (const auto &[shape, strides] :
         std::vector<std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>>{
             {{3, 300}, {far, 1}},
             {{3, 300}, {far, -1}},
             {{300, 3}, {1, far}},
             {{300, 3}, {2, -far}},
             {{3, 20, 20}, {-far, 1, 33}},
             {{2, 2, 5, 17}, {far, 100, 20, 1}}}) {
      const auto offset = [&](std::size_t index, bool isFirst) {
        std::int64_t at = 0;
        for (std::size_t axis = shape.size(); axis-- > 0; index /= std::size_t(shape[axis])) {
          if (isFirst && strides[axis] < 0)
            at -= strides[axis] * (shape[axis] - 1);
          at += std::int64_t(index % std::size_t(shape[axis])) * strides[axis];
        }
        return at;
      };
      const std::int64_t begin = offset(0, true);
      std::size_t count = 1;
      for (const std::int64_t extent : shape)
        count *= std::size_t(extent);
      std::vector<float> x(count), z(count), a(std::size_t(shape.back()));
      for (float &each : a)
        each = float(random() % 9);
      for (std::size_t i = 0; i != count; ++i) {
        x[i] = in[begin + offset(i, false)] = float(random() % 100);
        z[i] = float(random() % 100);
      }
      const ConstTensor farX = ConstTensor::of(in + begin, shape, strides),
                        nearZ = ConstTensor::of(z.data(), shape);
      const std::vector<ConstTensor> parameters{ConstTensor::of(a)};
      expectDone(
          kernel.forward({farX, nearZ}, Tensor::of(out + begin, shape, strides), parameters));
      for (std::size_t i = 0; i != count; ++i)
        ASSERT_EQ(out[begin + offset(i, false)], a[i % a.size()] * x[i] + z[i]) << far << " " << i;
      std::vector<float> dz(count), da(a.size()), sums(a.size());
      expectDone(kernel.gradients(
          {farX, nearZ}, farX,
          {Tensor::of(out + begin, shape, strides), Tensor::of(dz.data(), shape), Tensor::of(da)},
          parameters));
      for (std::size_t i = 0; i != count; ++i) {
        ASSERT_EQ(out[begin + offset(i, false)], a[i % a.size()] * x[i]) << far << " " << i;
        ASSERT_EQ(dz[i], x[i]);
        sums[i % a.size()] += x[i] * x[i];
      }
      EXPECT_EQ(da, sums);
    }
  ::munmap(place, 2 * bytes);
}

} // namespace
} // namespace xphi
