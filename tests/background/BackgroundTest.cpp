// Engines, pools and kernels from many threads, and kernels that are called before their code is
// there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/EmbeddedLibrary.h"

#include <xphi/xphi.hpp>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace xphi::test {
namespace {

Options memoryOnly() {
  Options options;
  options.compilerLibrary = XPHI_REAL_COMPILER;
  options.compileSeconds = 3600; // what is watched is not how long it takes
  return options;
}

/// Within what rounding, and double precision's in the interpreter, may make of it.
bool isClose(float got, float right) {
  return std::isnan(right) ? std::isnan(got)
                           : got == right || std::abs(double(got) - double(right)) <=
                                                 1e-5 * std::abs(double(right)) + 1e-6;
}

TEST(BackgroundTest, InterpretedIsWhatWillBeCompiled) {
  const char *wanted = std::getenv("XPHI_LIBRARY");
  std::vector<std::string> names;
  if (wanted && wanted == std::string("whole"))
    for (const dsl::LibraryFile &file : lib::library().entries())
      names.emplace_back(file.name);
  else
    names = {"gelu", "silu", "mish", "swiglu", "prelu", "dropout", "hard_swish", "softplus"};
  Options options = memoryOnly();
  options.compileThreads = 1;
  Engine engine(options);
  int interpreted = 0;
  for (const std::string &name : names) {
    const auto kernel = engine.compileLater(name, {.gradients = CompileOptions::allGradients()});
    ASSERT_TRUE(kernel) << kernel.error().render();
    const std::size_t n = 41, inputs = kernel->inputs().size();
    std::vector<std::vector<float>> x(inputs, std::vector<float>(n));
    std::vector<Kernel::Input> in;
    for (std::size_t k = 0; k != inputs; ++k) {
      for (std::size_t i = 0; i != n; ++i)
        x[k][i] = float(int(i) - 20) * (0.237f + 0.1f * float(k));
      in.emplace_back(x[k]);
    }
    std::vector<std::vector<float>> results[2];
    for (auto &each : results) {
      std::vector<float> y(n);
      const Status done = kernel->forward(in, y);
      ASSERT_TRUE(done) << done.error().render();
      each.push_back(y);
      std::vector<Kernel::Output> out;
      for (std::size_t k = 0; k != kernel->gradientNames().size(); ++k)
        each.emplace_back(k < inputs ? n : 1);
      for (std::size_t k = 1; k != each.size(); ++k)
        out.emplace_back(each[k]);
      const Status back = kernel->gradients(in, x[0], out);
      ASSERT_TRUE(back) << back.error().render();
      interpreted += &each == results && !kernel->isReady();
      ASSERT_TRUE(kernel->wait()) << name;
    }
    for (std::size_t k = 0; k != results[0].size(); ++k)
      for (std::size_t i = 0; i != results[0][k].size(); ++i)
        EXPECT_TRUE(isClose(results[0][k][i], results[1][k][i]))
            << name << ", result " << k << " at " << x[0][i] << ": " << results[0][k][i]
            << ", then " << results[1][k][i];
  }
  EXPECT_GT(interpreted, int(names.size() / 2));
}

// For ThreadSanitizer, mostly: everything that threads share is used from several at once.
TEST(BackgroundTest, EverythingAtOnce) {
  Options options = memoryOnly();
  std::string folder = (std::filesystem::temp_directory_path() / "xphi-background-XXXXXX").string();
  ASSERT_TRUE(::mkdtemp(folder.data()));
  options.cacheDirectory = folder;
  options.threads = 2;
  options.maxKernels = 5;
  std::atomic<int> wrong{0};
  {
    Engine engine(options);
    std::vector<std::thread> threads;
    for (int thread = 0; thread != 6; ++thread)
      threads.emplace_back([&, thread] {
        std::vector<float> x(1 << 17, 1), y(x.size());
        for (int i = 0; i != 8; ++i) {
          const float factor = float(1 + (3 * i + thread) % 7);
          const std::string text = "x * " + std::to_string(int(factor));
          Result<Kernel> kernel = thread % 3 == 0   ? engine.compile(text)
                                  : thread % 3 == 1 ? engine.compileAsync(text).get()
                                                    : engine.compileLater(text);
          wrong += !kernel || !kernel->forward(std::span(x).first(100), std::span(y).first(100)) ||
                   y[99] != factor || !kernel->wait() || !kernel->forward(x, y) ||
                   y.back() != factor;
          if (thread == 0 && i == 4)
            engine.clearCache();
          if (thread == 1)
            wrong += !engine.cachedKernels() || engine.cacheStatistics().misses > 1000;
          if (thread == 2)
            wrong += !engine.emit(text, "object");
        }
      });
    for (std::thread &thread : threads)
      thread.join();
  }
  EXPECT_EQ(wrong, 0);
  std::filesystem::remove_all(folder);
}

} // namespace
} // namespace xphi::test
