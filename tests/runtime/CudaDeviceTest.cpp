// CUDA with a GPU and the real compiler: numbers from the device. Skipped without.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.hpp>

#include <cmath>
#include <cstdint>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <vector>

namespace xphi::test {
namespace {

/// The driver calls that a caller of xphi makes for itself.
class CudaDeviceTest : public ::testing::Test {
protected:
  void SetUp() override {
    void *library = ::dlopen("libcuda.so.1", RTLD_NOW);
    if (!library)
      GTEST_SKIP() << "no CUDA driver here";
    const auto find = [&](const char *name, auto &function) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(::dlsym(library, name));
      ASSERT_NE(function, nullptr) << name;
    };
    find("cuInit", init);
    find("cuDeviceGetCount", deviceCount);
    find("cuMemAlloc_v2", allocate);
    find("cuMemFree_v2", release);
    find("cuMemcpyHtoD_v2", upload);
    find("cuMemcpyDtoH_v2", download);
    int devices = 0;
    if (init(0) != 0 || deviceCount(&devices) != 0 || devices == 0)
      GTEST_SKIP() << "no CUDA device here";
    CompileOptions options;
    options.target = "cuda";
    auto compiled = engine.compile("x * Phi(x)", options);
    if (!compiled && compiled.error().code() == "X2001")
      GTEST_SKIP() << "no compiler library here";
    ASSERT_TRUE(compiled) << compiled.error().render();
    kernel.emplace(std::move(*compiled));
    // Makes the primary context current, which the allocations below need.
    ASSERT_TRUE(kernel->forwardCuda(nullptr, 0, 0, 0));
  }

  int (*init)(unsigned) = nullptr;
  int (*deviceCount)(int *) = nullptr;
  int (*allocate)(std::uint64_t *, std::size_t) = nullptr;
  int (*release)(std::uint64_t) = nullptr;
  int (*upload)(std::uint64_t, const void *, std::size_t) = nullptr;
  int (*download)(void *, std::uint64_t, std::size_t) = nullptr;
  Engine engine;
  std::optional<Kernel> kernel;
};

TEST_F(CudaDeviceTest, GivesTheBitsOfTheCpu) {
  const Result<Kernel> host = engine.compile("x * Phi(x)");
  ASSERT_TRUE(host) << host.error().render();
  for (const std::size_t n : {std::size_t(1), std::size_t(255), std::size_t(100003)}) {
    std::vector<float> x(n), expected(n), expectedSlope(n), got(n), ones(n, 1.0f);
    for (std::size_t i = 0; i != n; ++i)
      x[i] = -14.0f + 20.0f * float(i) / float(n);
    ASSERT_TRUE(host->forward(x, expected));
    ASSERT_TRUE(host->backward(x, ones, expectedSlope));

    const std::size_t bytes = n * sizeof(float);
    std::uint64_t device[3];
    for (std::uint64_t &each : device)
      ASSERT_EQ(allocate(&each, bytes), 0);
    ASSERT_EQ(upload(device[0], x.data(), bytes), 0);
    ASSERT_EQ(upload(device[1], ones.data(), bytes), 0);
    const Status forward = kernel->forwardCuda(nullptr, device[0], device[2], n);
    ASSERT_TRUE(forward) << forward.error().render();
    ASSERT_EQ(download(got.data(), device[2], bytes), 0);
    EXPECT_EQ(got, expected);
    const Status backward = kernel->backwardCuda(nullptr, device[0], device[1], device[2], n);
    ASSERT_TRUE(backward) << backward.error().render();
    ASSERT_EQ(download(got.data(), device[2], bytes), 0);
    EXPECT_EQ(got, expectedSlope);
    for (const std::uint64_t each : device)
      release(each);
  }
}

} // namespace
} // namespace xphi::test
