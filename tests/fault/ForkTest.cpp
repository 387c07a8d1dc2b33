// Forking while other threads compile: the child compiles, and the parent goes on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Child.h"

#include <xphi/xphi.hpp>

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace xphi::test {
namespace {

Options memoryOnly() {
  Options options;
  options.compilerLibrary = XPHI_REAL_COMPILER;
  options.compileSeconds = 60; // of a machine that does other things, too
  return options;
}

// Each a new kernel.
std::string text(int number) { return "tanh(x) * " + std::to_string(number) + ".5"; }

bool works(Engine &engine, const std::string &what) {
  const auto kernel = engine.compile(what, {.backward = false});
  const float x = 0;
  float y = 1;
  return kernel && kernel->forward({&x, 1}, {&y, 1}) && y == 0;
}

/// Threads that compile one text after the other.
class Busy {
public:
  explicit Busy(Engine &engine) {
    for (int i = 0; i != 2; ++i)
      threads.emplace_back([this, &engine, i] {
        for (int number = 1000 * (i + 1); !enough; ++number) {
          working = number;
          failed = failed || !works(engine, text(number));
          ++done;
        }
      });
  }
  ~Busy() {
    enough = true;
    for (std::thread &thread : threads)
      thread.join();
  }

  std::atomic<int> working{0}, done{0};
  std::atomic<bool> failed{false};

private:
  std::atomic<bool> enough{false};
  std::vector<std::thread> threads;
};

TEST(ForkTest, TheFirstCompileOfAChildWorksInTheMiddleOfTheParentsFirst) {
  // In a child each, where the compiler library is not open yet.
  for (int delay : {0, 1, 3, 10, 30, 100, 200})
    EXPECT_EQ(inChild([&] {
                Engine engine(memoryOnly());
                std::thread first([&] { works(engine, text(1)); });
                std::this_thread::sleep_for(std::chrono::milliseconds(delay));
                const int same = inChild([&] { return works(engine, text(1)) ? 0 : 1; });
                first.join();
                return same;
              }),
              0)
        << delay << " ms";
}

TEST(ForkTest, AChildCompilesWhateverTheParentIsCompiling) {
  Engine engine(memoryOnly());
  ASSERT_TRUE(works(engine, text(1)));
  Busy busy(engine);
  for (int i = 0; i != 20; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1 + 3 * (i % 7)));
    const int same = busy.working;
    EXPECT_EQ(inChild([&] {
                if (!works(engine, text(same))) // maybe half made by a thread that is not here
                  return 1;
                if (!works(engine, text(5000 + i)))
                  return 2;
                Engine another(memoryOnly());
                return works(another, text(same)) ? 0 : 3;
              }),
              0)
        << "child " << i;
  }
  EXPECT_FALSE(busy.failed);
  EXPECT_GT(busy.done, 2) << "the parent went on";
}

// Without a compiler: the front end's own state is enough to stop at.
TEST(ForkTest, AChildReadsTheLibraryWhateverTheParentReads) {
  const auto read = [] {
    Options options;
    options.compilerLibrary = "/nonexistent/libxphi-compiler.so";
    Engine engine(options);
    int refused = 0;
    for (const char *name : {"gelu", "mish", "silu", "elish", "gelu_tanh", "swiglu", "phish"}) {
      const auto kernel = engine.compile(name);
      refused += !kernel && kernel.error().code() == "X2001";
    }
    return refused == 7 ? 0 : 1;
  };
  // Each file is read once a process, so each time in a new one.
  for (int delay = 0; delay != 30; ++delay)
    EXPECT_EQ(inChild([&] {
                std::thread first(read);
                std::this_thread::sleep_for(std::chrono::microseconds(40 * delay));
                const int same = inChild(read, 10);
                first.join();
                return same;
              }),
              0)
        << 40 * delay << " us";
}

TEST(ForkTest, GrandchildrenCompile) {
  Engine engine(memoryOnly());
  Busy busy(engine);
  EXPECT_EQ(inChild([&] {
              Busy again(engine);
              std::this_thread::sleep_for(std::chrono::milliseconds(20));
              const int result = inChild([&] { return works(engine, text(7000)) ? 0 : 1; });
              ::_exit(result); // its threads are at work
              return result;
            }),
            0);
}

} // namespace
} // namespace xphi::test
