// Many threads, one engine: one compilation a kernel, and every thread gets the right one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sandbox.h"

#include <atomic>
#include <chrono>
#include <thread>

namespace xphi::test {
namespace {

class ConcurrencyTest : public Sandbox {
protected:
  template <typename Body> void inThreads(int count, Body body) {
    std::vector<std::thread> threads;
    for (int i = 0; i != count; ++i)
      threads.emplace_back([=] { body(i); });
    for (std::thread &thread : threads)
      thread.join();
  }
};

TEST_F(ConcurrencyTest, OneTextIsCompiledOnce) {
  Engine engine(options());
  std::atomic<int> right{0};
  inThreads(16, [&](int) {
    const auto kernel = engine.compile("x * 45"); // slow, so that all arrive meanwhile
    right += kernel && atOne(*kernel) == 45;
  });
  EXPECT_EQ(right, 16);
  EXPECT_EQ(engine.cacheStatistics().compiles, 1u);
  EXPECT_EQ(engine.cacheStatistics().memoryHits, 15u);
}

TEST_F(ConcurrencyTest, ASlowTextDoesNotHoldUpOthers) {
  Engine engine(options());
  std::atomic<bool> slowIsDone{false};
  std::thread slow([&] {
    EXPECT_TRUE(engine.compile("x * 45"));
    slowIsDone = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(engine.compile("x * 3"));
  EXPECT_FALSE(slowIsDone);
  slow.join();
}

TEST_F(ConcurrencyTest, DifferentTextsAndClearingMix) {
  Engine engine(options());
  std::atomic<int> wrong{0};
  inThreads(8, [&](int thread) {
    for (int i = 0; i != 100; ++i) {
      const int scale = 2 + (7 * i + thread) % 30;
      const auto kernel = engine.compile("x * " + std::to_string(scale));
      wrong += !kernel || atOne(*kernel) != float(scale);
      if (thread == 0 && i % 20 == 0)
        engine.clearCache();
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST_F(ConcurrencyTest, TwoEnginesCompileOnce) {
  std::atomic<int> compiled{0};
  inThreads(4, [&](int) {
    Engine engine(options());
    const auto kernel = engine.compile("x * 45");
    compiled += kernel && kernel->origin() == Origin::Compiled;
  });
  EXPECT_EQ(compiled, 1);
}

TEST_F(ConcurrencyTest, FailuresDoNotStick) {
  Engine engine(options());
  inThreads(4, [&](int) { EXPECT_FALSE(engine.compile("x * 42")); });
  EXPECT_EQ(engine.cacheStatistics().misses, 4u);
}

TEST_F(ConcurrencyTest, OneKernelRunsInManyThreads) {
  const Kernel triple = make("x * 3");
  std::vector<float> x(4096, 2), y(4096);
  std::atomic<int> failed{0};
  inThreads(8, [&](int thread) {
    const std::size_t part = x.size() / 8, begin = part * std::size_t(thread);
    for (int i = 0; i != 100; ++i)
      failed +=
          !triple.forward(std::span(x).subspan(begin, part), std::span(y).subspan(begin, part));
  });
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(y, std::vector<float>(4096, 6));
}

TEST_F(ConcurrencyTest, CallsOnSeveralThreadsShareThem) {
  const Kernel kernel = make("def f(x; shift = 1) = x * 3", withAllGradients, 0);
  std::atomic<int> wrong{0};
  inThreads(6, [&](int thread) {
    const std::vector<float> x(200000, float(thread));
    std::vector<float> y(x.size()), dx(x.size()), shift(1);
    for (int i = 0; i != 10; ++i) {
      const bool called = kernel.forward(x, y) && kernel.gradients({x}, x, {dx, shift});
      wrong += !called || y.front() != 3 * float(thread) + 1 || y.back() != y.front() ||
               dx.back() != 3 * float(thread) || shift[0] != 200000 * float(thread);
    }
  });
  EXPECT_EQ(wrong, 0);
}

} // namespace
} // namespace xphi::test
