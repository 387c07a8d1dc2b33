// CUDA without a GPU: what reaches a driver that writes its calls down.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sandbox.h"

namespace xphi::test {
namespace {

class CudaTest : public Sandbox {
protected:
  CudaTest() {
    void *library = ::dlopen(FAKE_CUDA, RTLD_NOW);
    driver = reinterpret_cast<FakeCuda *(*)()>(::dlsym(library, "fake_cuda"))();
    *driver = {};
  }

  Kernel make(const std::string &text, const std::string &target = "cuda-sm_80") {
    return Sandbox::make(text, {.target = target});
  }

  FakeCuda *driver;
  void *const stream = reinterpret_cast<void *>(0x5712ea);
};

TEST_F(CudaTest, LaunchesOnTheCallersStreamAndPointers) {
  const Kernel kernel = make("def f(x; shift = 0.5) = x * 3");
  EXPECT_TRUE(kernel.isCuda());
  EXPECT_TRUE(driver->modules.empty()) << "nothing touches the GPU before the first launch";
  ASSERT_OK(kernel.forwardCuda(stream, 0x1000, 0x2000, 1000));
  ASSERT_EQ(driver->launches.size(), 1u);
  const FakeLaunch &launch = driver->launches[0];
  EXPECT_EQ(launch.entry, "forward");
  EXPECT_EQ(launch.stream, stream);
  EXPECT_EQ(launch.grid[0], 4u);
  EXPECT_EQ(launch.block[0], 256u);
  EXPECT_EQ(launch.pointers, (std::vector<std::uint64_t>{0x1000, 0x2000}));
  EXPECT_EQ(launch.n, 1000);
  EXPECT_EQ(launch.shift, 0.5f);
  EXPECT_EQ(driver->synchronised, 0);
  EXPECT_EQ(driver->contextSet, 0);
}

TEST_F(CudaTest, RunsBackwardWithParameters) {
  const Kernel kernel = make("def f(x; shift = 0.5) = x * 3");
  driver->pointerCount = 3;
  const float shift = 7;
  ASSERT_OK(kernel.backwardCuda(stream, 0x1000, 0x2000, 0x3000, 10, {&shift, 1}));
  ASSERT_EQ(driver->launches.size(), 1u);
  EXPECT_EQ(driver->launches[0].entry, "backward");
  EXPECT_EQ(driver->launches[0].pointers, (std::vector<std::uint64_t>{0x1000, 0x2000, 0x3000}));
  EXPECT_EQ(driver->launches[0].shift, 7);
}

TEST_F(CudaTest, LaunchesAllGradientsAtOnce) {
  const Kernel kernel = make("def f(a, b; shift = 0.5) = a * 3");
  driver->pointerCount = 5;
  const std::uint64_t inputs[] = {0x1000, 0x2000}, outputs[] = {0x4000, 0x5000};
  ASSERT_OK(kernel.gradientsCuda(stream, inputs, 0x3000, outputs, 10));
  ASSERT_EQ(driver->launches.size(), 1u);
  EXPECT_EQ(driver->launches[0].pointers,
            (std::vector<std::uint64_t>{0x1000, 0x2000, 0x3000, 0x4000, 0x5000}));
  EXPECT_EQ(driver->launches[0].shift, 0.5f);
  const std::uint64_t same[] = {0x4000, 0x4000};
  EXPECT_CODE(kernel.gradientsCuda(stream, inputs, 0x3000, same, 10), "X2011");
  EXPECT_CODE(kernel.backwardCuda(stream, inputs, 0x3000, 0x4000, 10), "X2023");
}

TEST_F(CudaTest, SaysThatParameterGradientsAreNotSummed) {
  const Kernel kernel =
      Sandbox::make("def f(x; shift = 0.5) = x * 3",
                    {.gradients = CompileOptions::allGradients(), .target = "cuda-sm_80"});
  const std::uint64_t inputs[] = {0x1000}, outputs[] = {0x4000, 0x5000};
  const Status refused = kernel.gradientsCuda(stream, inputs, 0x3000, outputs, 10);
  EXPECT_CODE(refused, "X2026");
  EXPECT_NE(refused.error().message().find("derivative = {\"shift\"}"), std::string::npos);
  EXPECT_TRUE(driver->launches.empty());
}

TEST_F(CudaTest, LoadsAModuleOnceForEachContext) {
  const Kernel kernel = make("x * 3");
  for (int i = 0; i != 3; ++i)
    ASSERT_OK(kernel.forwardCuda(stream, 0x1000, 0x2000, 1));
  EXPECT_EQ(driver->modules, std::vector<std::string>{"//fake ptx forward"});
  driver->contextId = 2;
  ASSERT_OK(kernel.forwardCuda(stream, 0x1000, 0x2000, 1));
  EXPECT_EQ(driver->modules.size(), 2u);
  driver->contextId = 1;
  ASSERT_OK(kernel.forwardCuda(stream, 0x1000, 0x2000, 1));
  EXPECT_EQ(driver->modules.size(), 2u);
  EXPECT_EQ(driver->launches.size(), 5u);
}

TEST_F(CudaTest, TakesThePrimaryContextWhereThereIsNone) {
  driver->hasContext = false;
  const Kernel kernel = make("x * 3");
  ASSERT_OK(kernel.forwardCuda(nullptr, 0x1000, 0x2000, 1));
  ASSERT_OK(kernel.forwardCuda(nullptr, 0x1000, 0x2000, 1));
  EXPECT_EQ(driver->primaryRetained, 1);
  EXPECT_EQ(driver->contextSet, 1);
}

TEST_F(CudaTest, SplitsVeryLongArrays) {
  const Kernel kernel = make("x * 3");
  const std::size_t n = (std::size_t(2) << 30) + 5;
  ASSERT_OK(kernel.forwardCuda(stream, 0x10000000000, 0x20000000000, n));
  ASSERT_EQ(driver->launches.size(), 3u);
  EXPECT_EQ(driver->launches[1].n, 1 << 30);
  EXPECT_EQ(driver->launches[1].pointers[0], 0x10000000000u + (std::uint64_t(1) << 32));
  EXPECT_EQ(driver->launches[2].n, 5);
  EXPECT_EQ(driver->launches[2].pointers[1], 0x20000000000u + (std::uint64_t(2) << 32));
}

TEST_F(CudaTest, ReportsTheDriversErrors) {
  const Kernel kernel = make("x * 3");
  driver->failLoad = 218;
  const Status refused = kernel.forwardCuda(stream, 0x1000, 0x2000, 1);
  EXPECT_CODE(refused, "X2022");
  EXPECT_NE(refused.error().message().find("CUDA_ERROR_INVALID_PTX"), std::string::npos);
  EXPECT_NE(refused.error().message().find("line 1: fake parse error"), std::string::npos);
  driver->failLoad = 0;
  driver->failLaunch = 700;
  const Status failed = kernel.forwardCuda(stream, 0x1000, 0x2000, 1);
  EXPECT_CODE(failed, "X2020");
  EXPECT_EQ(failed.error().message(),
            "cuLaunchKernel: CUDA_ERROR_ILLEGAL_ADDRESS (as the test wished)");
  driver->failLaunch = 0;
  EXPECT_TRUE(kernel.forwardCuda(stream, 0x1000, 0x2000, 1));
}

// An artifact goes on after a refusal, to launch what was not loaded.
TEST_F(CudaTest, WhatTheDriverRefusesFirstIsWhatTheUserReads) {
  const Kernel kernel = make("x * 3");
  for (const auto &[code, name] : {std::pair(222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"),
                                   std::pair(218, "CUDA_ERROR_INVALID_PTX")}) {
    driver->failLoad = code;
    for (int again = 0; again != 2; ++again) {
      const Status refused = kernel.forwardCuda(stream, 0x1000, 0x2000, 1);
      EXPECT_CODE(refused, "X2022");
      EXPECT_NE(refused.error().message().find(name), std::string::npos)
          << refused.error().message();
    }
  }
  EXPECT_TRUE(driver->launches.empty());
  driver->failLoad = 0;
  EXPECT_TRUE(kernel.forwardCuda(stream, 0x1000, 0x2000, 1));
}

TEST_F(CudaTest, ChecksCallsAsTheCpuDoes) {
  const Kernel kernel = make("x * 3");
  std::vector<float> x(4), y(4);
  EXPECT_CODE(kernel.forward(x, y), "X2016");
  EXPECT_CODE(kernel.forwardCuda(stream, 0x1000, 0x1004, 4), "X2011");
  EXPECT_CODE(kernel.forwardCuda(stream, 0x1001, 0x2000, 4), "X2018");
  EXPECT_CODE(kernel.forwardCuda(stream, 0, 0x2000, 4), "X2017");
  EXPECT_TRUE(kernel.forwardCuda(stream, 0x1000, 0x1000, 4));
  EXPECT_TRUE(kernel.forwardCuda(stream, 0, 0, 0));
  EXPECT_EQ(driver->launches.size(), 1u);
}

TEST_F(CudaTest, ChoosesTheNearestTarget) {
  const std::pair<int, const char *> cases[] = {{80, "cuda-sm_80"},   {89, "cuda-sm_80"},
                                                {90, "cuda-sm_90"},   {100, "cuda-sm_100"},
                                                {103, "cuda-sm_100"}, {120, "cuda-sm_120"}};
  for (const auto &[capability, target] : cases) {
    driver->capability = capability;
    EXPECT_EQ(make("x * 3", "cuda").target(), target);
  }
  Engine engine(options());
  CompileOptions wanted;
  wanted.target = "cuda";
  driver->capability = 75;
  EXPECT_CODE(engine.compile("x * 3", wanted), "X2021");
  driver->capability = 0;
  EXPECT_CODE(engine.compile("x * 3", wanted), "X2021");
}

TEST_F(CudaTest, SaysThatThereIsNoDriver) {
  Options without = options();
  without.cudaDriver = "libxphi-no-such-driver.so.1";
  Engine engine(without);
  CompileOptions wanted;
  wanted.target = "cuda";
  EXPECT_CODE(engine.compile("x * 3", wanted), "X2002");
  wanted.target = "cuda-sm_90";
  const auto kernel = engine.compile("x * 3", wanted); // needs none
  ASSERT_OK(kernel);
  const Status launched = kernel->forwardCuda(stream, 0x1000, 0x2000, 1);
  EXPECT_CODE(launched, "X2002");
  EXPECT_NE(launched.error().message().find("there is no CUDA driver"), std::string::npos);
}

TEST_F(CudaTest, ADriverThatRefusesIsAskedAgain) {
  Engine engine(options());
  CompileOptions wanted;
  wanted.target = "cuda";
  driver->failInit = 100;
  EXPECT_CODE(engine.compile("x * 3", wanted), "X2020");
  driver->failInit = 0;
  EXPECT_TRUE(engine.compile("x * 3", wanted));
}

} // namespace
} // namespace xphi::test
