// The end of engines and kernels in any order, whatever other threads do; handles that are none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/Sandbox.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <xphi/xphi.h>

namespace xphi::test {
namespace {

class EngineLifeTest : public Sandbox {};

TEST_F(EngineLifeTest, AnEngineMayGoWhileOthersCompileWithIt) {
  for (int i = 0; i != 10; ++i) {
    auto engine = std::make_unique<Engine>(options());
    Engine *shared = engine.get();
    std::atomic<bool> begun{false};
    std::thread compiling([&] {
      begun = true;
      const auto kernel = shared->compile("x * 45"); // slow
      EXPECT_TRUE(kernel);
      EXPECT_EQ(atOne(*kernel), 45);
    });
    while (!begun)
      std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + i));
    engine.reset();
    compiling.join();
    std::filesystem::remove_all(cache());
  }
}

TEST_F(EngineLifeTest, AnEngineHoldsSoManyKernelsAndForgetsTheOldest) {
  Options few = options();
  few.maxKernels = 4;
  Engine engine(few);
  std::vector<Kernel> kernels;
  for (int i = 100; i != 110; ++i) {
    const auto kernel = engine.compile("x * " + std::to_string(i));
    ASSERT_OK(kernel);
    kernels.push_back(*kernel);
    ASSERT_OK(engine.compile("x * 100")); // in use all the time
  }
  EXPECT_EQ(engine.compile("x * 100")->origin(), Origin::Memory);
  EXPECT_EQ(engine.compile("x * 109")->origin(), Origin::Memory);
  EXPECT_EQ(engine.compile("x * 101")->origin(), Origin::Disk);
  for (int i = 0; i != 10; ++i)
    EXPECT_EQ(atOne(kernels[std::size_t(i)]), float(100 + i)) << "what is in use stays valid";
}

TEST_F(EngineLifeTest, WhatIsForgottenIsUnloaded) {
  const auto mappings = [] {
    const std::string maps = readFile("/proc/self/maps");
    std::size_t count = 0;
    for (std::size_t at = 0; (at = maps.find("xphi-kernel", at)) != std::string::npos; ++at)
      ++count;
    return count;
  };
  Options few = options();
  few.maxKernels = 4;
  Engine engine(few);
  for (int i = 100; i != 104; ++i)
    ASSERT_OK(engine.compile("x * " + std::to_string(i)));
  const std::size_t withFour = mappings();
  ASSERT_GT(withFour, 0u);
  for (int i = 104; i != 130; ++i)
    ASSERT_OK(engine.compile("x * " + std::to_string(i)));
  EXPECT_EQ(mappings(), withFour);
}

TEST_F(EngineLifeTest, NullHandlesAreErrorsInC) {
  const auto is = [](xphi_error *error, const char *code) {
    const bool right = error && std::string(xphi_error_code(error)) == code;
    xphi_error_free(error);
    return right;
  };
  xphi_engine *engine = xphi_engine_create(nullptr);
  xphi_kernel *kernel = reinterpret_cast<xphi_kernel *>(1);
  EXPECT_TRUE(is(xphi_compile(nullptr, "x", nullptr, &kernel), "X2017"));
  EXPECT_EQ(kernel, nullptr);
  EXPECT_TRUE(is(xphi_compile(engine, nullptr, nullptr, &kernel), "X2017"));
  EXPECT_TRUE(is(xphi_compile(engine, "x", nullptr, nullptr), "X2017"));
  xphi_engine_destroy(engine);
  float x = 1, y = 1;
  const float *inputs[] = {&x};
  float *outputs[] = {&y};
  std::uint8_t mask = 0;
  const std::uint64_t device = 0;
  EXPECT_TRUE(is(xphi_kernel_forward(nullptr, &x, &y, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_backward(nullptr, &x, &x, &y, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_forward_many(nullptr, inputs, &y, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_backward_many(nullptr, inputs, &x, &y, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_forward_mask(nullptr, &x, &y, &mask, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_backward_mask(nullptr, &mask, &x, &y, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_forward_channels(nullptr, inputs, &y, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_gradients(nullptr, inputs, &x, outputs, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_forward_cuda(nullptr, nullptr, &device, 0, 1, nullptr), "X2017"));
  EXPECT_TRUE(is(xphi_kernel_backward_cuda(nullptr, nullptr, &device, 0, 0, 1, nullptr), "X2017"));
  EXPECT_TRUE(
      is(xphi_kernel_gradients_cuda(nullptr, nullptr, &device, 0, &device, 1, nullptr), "X2017"));
  EXPECT_EQ(xphi_kernel_name(nullptr), nullptr);
  EXPECT_EQ(xphi_kernel_target(nullptr), nullptr);
  EXPECT_EQ(xphi_kernel_program(nullptr), nullptr);
  EXPECT_EQ(xphi_kernel_order(nullptr), 0u);
  EXPECT_EQ(xphi_kernel_has_backward(nullptr), 0);
  EXPECT_EQ(xphi_kernel_input_count(nullptr), 0u);
  EXPECT_EQ(xphi_kernel_parameter_count(nullptr), 0u);
  EXPECT_EQ(xphi_kernel_warning_count(nullptr), 0u);
  EXPECT_EQ(xphi_kernel_gradient_count(nullptr), 0u);
  EXPECT_EQ(xphi_kernel_input_name(nullptr, 0), nullptr);
  EXPECT_EQ(xphi_kernel_parameter_name(nullptr, 0), nullptr);
  EXPECT_EQ(xphi_kernel_parameter_default(nullptr, 0), 0);
  EXPECT_EQ(xphi_kernel_parameter_is_channel(nullptr, 0), 0);
  EXPECT_EQ(xphi_kernel_warning(nullptr, 0), nullptr);
  EXPECT_EQ(xphi_kernel_gradient_name(nullptr, 0), nullptr);
  EXPECT_EQ(xphi_error_code(nullptr), nullptr);
  EXPECT_EQ(xphi_error_text(nullptr), nullptr);
  xphi_error_free(nullptr);
  xphi_kernel_free(nullptr);
  xphi_engine_destroy(nullptr);
}

TEST_F(EngineLifeTest, NullArraysAreErrorsInC) {
  xphi_engine_options wanted = {};
  wanted.compiler_library = FAKE_COMPILER;
  wanted.threads = 1;
  xphi_engine *engine = xphi_engine_create(&wanted);
  xphi_kernel *kernel = nullptr;
  ASSERT_EQ(xphi_compile(engine, "def f(a, b) = a * 3", nullptr, &kernel), nullptr);
  float x = 1;
  const float *some[] = {&x, nullptr};
  float *none[] = {nullptr, nullptr};
  for (xphi_error *error : {xphi_kernel_forward_many(kernel, nullptr, &x, 1, nullptr),
                            xphi_kernel_forward_many(kernel, some, &x, 1, nullptr),
                            xphi_kernel_forward_channels(kernel, nullptr, &x, 1, nullptr),
                            xphi_kernel_gradients(kernel, nullptr, &x, none, 1, nullptr),
                            xphi_kernel_gradients(kernel, nullptr, &x, nullptr, 1, nullptr)}) {
    ASSERT_NE(error, nullptr);
    EXPECT_STREQ(xphi_error_code(error), "X2017");
    xphi_error_free(error);
  }
  xphi_kernel_free(kernel);
  xphi_engine_destroy(engine);
}

} // namespace
} // namespace xphi::test
