// What hosts do beside calling: exit and fork in the middle, signals, few descriptors, threads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Child.h"

#include <xphi/xphi.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/time.h>
#include <thread>
#include <vector>

namespace xphi::test {
namespace {

namespace fs = std::filesystem;

// Each a new kernel, with a value of its own.
std::string text(int number) { return "tanh(x) * " + std::to_string(number) + ".5"; }

bool isRight(const Result<Kernel> &kernel, int number) {
  const float x = 0.5F;
  float y = 0;
  return kernel && kernel->forward({&x, 1}, {&y, 1}) &&
         std::fabs(double(y) - std::tanh(0.5) * (number + 0.5)) < 1e-6 * (number + 1);
}

class HostHabitsTest : public testing::Test {
protected:
  HostHabitsTest() {
    std::string pattern = (fs::temp_directory_path() / "xphi-habits-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
  }
  ~HostHabitsTest() override {
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }

  Options options(const std::string &cache = "") const {
    Options chosen;
    chosen.compilerLibrary = XPHI_REAL_COMPILER;
    chosen.compileSeconds = 60; // of a machine that does other things, too
    if (!cache.empty())
      chosen.cacheDirectory = root / cache;
    return chosen;
  }

  fs::path root;
};

/// A kernel with a loop of its own: so many inputs.
std::string textOfInputs(int count) {
  std::string names, sum;
  for (int i = 0; i != count; ++i) {
    names += (i ? ", x" : "x") + std::to_string(i);
    sum += (i ? " + x" : "tanh(x") + std::to_string(i);
  }
  return "def f(" + names + ") = " + sum + ")";
}

// Halide is opened, and makes a loop that is in no cache, with statics of its own on the way:
// exit() would destroy those before anything that could wait.
TEST_F(HostHabitsTest, AProcessEndsWhileHalideMakesALoop) {
  for (int i = 0; i != 24; ++i)
    EXPECT_EQ(inChild([&] {
                static Engine &engine = *new Engine(options()); // never destroyed
                std::thread([i] { (void)engine.compile(textOfInputs(5 + i % 3)); }).detach();
                std::this_thread::sleep_for(std::chrono::milliseconds(8 * i));
                std::exit(0);
                return 2;
              }),
              0)
        << 8 * i << " ms";
}

TEST_F(HostHabitsTest, AProcessEndsInTheMiddleOfABackgroundCompile) {
  for (int i = 0; i != 12; ++i)
    EXPECT_EQ(inChild([&] {
                // Never destroyed, or destroyed by exit(), after what it needs was made.
                static Engine *leaked = nullptr;
                static std::unique_ptr<Engine> kept;
                auto engine = std::make_unique<Engine>(options());
                for (int number = 0; number != 1 + i % 3; ++number)
                  (void)engine->compileAsync(text(3 * i + number));
                std::this_thread::sleep_for(std::chrono::milliseconds(13 * i));
                (i % 2 ? leaked = engine.release() : (kept = std::move(engine)).get());
                std::exit(leaked || kept ? 0 : 1);
                return 2;
              }),
              0)
        << 13 * i << " ms";
}

/// Calls what it holds when the process ends.
struct Late {
  Kernel kernel;
  int number = 0;
  ~Late() {
    if (number != 0 && !isRight(kernel, number))
      ::_exit(9);
  }
};

TEST_F(HostHabitsTest, KernelsAreCalledAfterMainAndAfterTheirEngine) {
  EXPECT_EQ(inChild([&] {
              static Late before;
              static std::unique_ptr<Engine> engine = std::make_unique<Engine>(options());
              static Late after;
              before.kernel = *engine->compile(text(3));
              after.kernel = *engine->compileLater(text(4));
              before.number = 3;
              after.number = 4;
              std::exit(0);
              return 2;
            }),
            0);
}

TEST_F(HostHabitsTest, AKernelGoesWhileOthersCallTheirCopies) {
  Options few = options();
  few.maxKernels = 1;
  Engine engine(few);
  std::atomic<bool> enough{false};
  std::atomic<int> wrong{0}, calls{0};
  std::vector<std::thread> threads;
  for (int i = 0; i != 4; ++i) {
    Result<Kernel> kernel = engine.compile(text(i));
    ASSERT_TRUE(kernel) << kernel.error().render();
    threads.emplace_back([&, i, own = *std::move(kernel)] {
      while (!enough) {
        const Kernel copy = own; // NOLINT(performance-unnecessary-copy-initialization): gone again
        wrong += !isRight(copy, i);
        ++calls;
      }
    });
  }
  for (int i = 4; i != 10; ++i)
    EXPECT_TRUE(isRight(engine.compile(text(i)), i));
  engine = Engine(options());
  enough = true;
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(calls, 4);
}

TEST_F(HostHabitsTest, AForkInTheMiddleOfABackgroundCompileEndsWellOnBothSides) {
  Options chosen = options("cache");
  chosen.threads = 2;
  Engine engine(chosen);
  const std::vector<float> x(200'000, 0.5F);
  std::vector<float> y(x.size());
  const Result<Kernel> first = engine.compile(text(1000));
  ASSERT_TRUE(first) << first.error().render();
  ASSERT_TRUE(first->forward(x, y)); // the threads of calls are there
  for (int i = 0; i != 8; ++i) {
    const auto pending = engine.compileAsync(text(i)), next = engine.compileAsync(text(100 + i));
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * i));
    EXPECT_EQ(inChild([&] {
                if (!first->forward(x, y) || y.back() != y.front())
                  return 1;
                if (!isRight(engine.compile(text(i)), i)) // half made by a thread that is not here
                  return 2;
                return isRight(engine.compileAsync(text(200 + i)).get(), 200 + i) ? 0 : 3;
              }),
              0)
        << 7 * i << " ms";
    EXPECT_TRUE(isRight(pending.get(), i));
    EXPECT_TRUE(isRight(next.get(), 100 + i));
  }
}

TEST_F(HostHabitsTest, SignalsInterruptNothing) {
  static std::atomic<long> signals{0};
  struct sigaction action = {}, before = {};
  action.sa_handler = [](int) { ++signals; }; // and no SA_RESTART
  ::sigaction(SIGALRM, &action, &before);
  const itimerval often{{0, 331}, {0, 331}}, never{};
  ::setitimer(ITIMER_REAL, &often, nullptr);
  for (int i = 0; i != 6; ++i) {
    Options chosen = options("cache");
    chosen.threads = 2;
    Engine engine(chosen);
    EXPECT_TRUE(isRight(engine.compile(text(i)), i));
    EXPECT_TRUE(isRight(engine.compileAsync(text(50 + i)).get(), 50 + i));
    EXPECT_TRUE(engine.emit(text(i), "shared"));
    const Result<Kernel> again = Engine(chosen).compile(text(i));
    EXPECT_TRUE(isRight(again, i));
    EXPECT_EQ(again->origin(), Origin::Disk);
    EXPECT_TRUE(engine.pruneCache());
  }
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGALRM, &before, nullptr);
  EXPECT_GT(signals, 10);
}

TEST_F(HostHabitsTest, AProcessWithoutDescriptorsIsToldThatItsMachineIsShort) {
  int refused = 0;
  for (unsigned limit = 3; limit != 16; ++limit) {
    const int status = inChild([&] {
      Engine engine(options("cache" + std::to_string(limit)));
      rlimit before = {}, few = {};
      ::getrlimit(RLIMIT_NOFILE, &before);
      few = before;
      few.rlim_cur = limit;
      ::setrlimit(RLIMIT_NOFILE, &few);
      const Result<Kernel> kernel = engine.compile(text(3));
      ::setrlimit(RLIMIT_NOFILE, &before);
      if (!kernel) {
        const std::string &code = kernel.error().code(), &words = kernel.error().message();
        // The environment's, each; never a bug of ours.
        if (code != "X2001" && code != "X1004" && code != "X1012" && code != "X2006")
          return 1;
        if (words.find(std::strerror(EMFILE)) == std::string::npos)
          return 2;
      } else if (!isRight(kernel, 3)) {
        return 3;
      }
      if (!isRight(engine.compile(text(3)), 3) || !isRight(engine.compile(text(4)), 4))
        return 4;
      return kernel ? 0 : 10;
    });
    EXPECT_TRUE(status == 0 || status == 10) << limit << " descriptors: " << status;
    refused += status == 10;
  }
  EXPECT_GT(refused, 2);
}

TEST_F(HostHabitsTest, PathsAreThoseOfTheFolderThatTheEngineWasMadeIn) {
  EXPECT_EQ(inChild([&] {
              fs::create_directories(root / "one" / "below");
              fs::current_path(root / "one");
              Options chosen = options();
              chosen.cacheDirectory = "cache";
              chosen.compilerLibrary = fs::relative(XPHI_REAL_COMPILER);
              Engine engine(chosen);
              fs::current_path(root / "one" / "below");
              if (!isRight(engine.compile(text(1)), 1) || fs::exists("cache"))
                return 1;
              fs::current_path("/");
              if (!isRight(engine.compile(text(2)), 2) || engine.cacheStatistics().entries != 2)
                return 2;
              // Where the working folder is gone, so is what it is named from; kernels are not.
              fs::create_directories(root / "gone");
              fs::current_path(root / "gone");
              fs::remove(root / "gone");
              Options lost = options();
              lost.cacheDirectory = "cache";
              return isRight(Engine(lost).compile(text(3)), 3) ? 0 : 3;
            }),
            0);
}

TEST_F(HostHabitsTest, ACacheThatIsAFileIsNoCache) {
  Options chosen = options("file");
  std::fclose(std::fopen(chosen.cacheDirectory.c_str(), "w"));
  Engine engine(chosen);
  EXPECT_TRUE(isRight(engine.compile(text(1)), 1));
  EXPECT_TRUE(fs::is_regular_file(chosen.cacheDirectory));
  EXPECT_FALSE(engine.fillCache(text(2)));
}

TEST_F(HostHabitsTest, EntriesOfAnyTimeAreServed) {
  const Options chosen = options("cache");
  for (int i = 0; i != 3; ++i)
    ASSERT_TRUE(Engine(chosen).compile(text(i)));
  // As after a clock that went back by years, and one that went ahead.
  using namespace std::chrono_literals;
  const auto now = fs::file_time_type::clock::now();
  int turn = 0;
  for (const auto &file : fs::recursive_directory_iterator(chosen.cacheDirectory))
    fs::last_write_time(file, turn++ % 2 ? now + 24h * 3650 : now - 24h * 3650);
  for (int i = 0; i != 3; ++i) {
    const Result<Kernel> kernel = Engine(chosen).compile(text(i));
    EXPECT_TRUE(isRight(kernel, i));
    EXPECT_EQ(kernel->origin(), Origin::Disk);
  }
  Engine engine(chosen);
  ASSERT_TRUE(engine.compile(text(7)));
  EXPECT_TRUE(engine.pruneCache());
  EXPECT_EQ(engine.cacheStatistics().entries, 4u);
}

/// The host's own way of running the parts of a call.
struct Way {
  const char *name;
  void (*run)(void *context, std::size_t count, Executor::Part part, void *argument);
};

void backwards(void *, std::size_t count, Executor::Part part, void *argument) {
  while (count-- != 0)
    part(argument, count);
}

void onThreads(void *, std::size_t count, Executor::Part part, void *argument) {
  std::atomic<std::size_t> next{count};
  std::vector<std::thread> threads;
  for (int i = 0; i != 3; ++i)
    threads.emplace_back([&] {
      for (std::size_t left = next; left != 0;)
        if (next.compare_exchange_weak(left, left - 1))
          part(argument, left - 1);
    });
  for (std::thread &thread : threads)
    thread.join();
}

/// Calls the same engine's kernels, and compiles, before each part and after the last.
void callsAgain(void *context, std::size_t count, Executor::Part part, void *argument) {
  static thread_local int depth = 0;
  auto &engine = **static_cast<Engine **>(context);
  ++depth;
  for (std::size_t i = 0; i != count; ++i) {
    if (depth == 1 && i < 2) {
      const Result<Kernel> other = engine.compile(text(30 + int(i)));
      std::vector<float> x(100'000, 0.5F), y(x.size());
      if (!other || !other->forward(x, y) || y.front() != y.back())
        std::abort();
    }
    part(argument, i);
  }
  --depth;
}

TEST_F(HostHabitsTest, AnExecutorRunsPartsInAnyOrderOnAnyThreadAndCallsAgain) {
  const std::string what =
      "def f(x; a = 1.25, c: channel = 0.5) = tanh(a * x) * c + x * sigmoid(a * x)";
  CompileOptions all;
  all.gradients = CompileOptions::allGradients();
  std::vector<float> x(300'001), dy(x.size());
  for (std::size_t i = 0; i != x.size(); ++i) {
    x[i] = float(i % 997) / 100 - 5;
    dy[i] = float(i % 31) / 10;
  }
  const auto results = [&](Engine &engine) {
    const Result<Kernel> kernel = engine.compile(what, all);
    EXPECT_TRUE(kernel) << kernel.error().render();
    std::vector<float> y(x.size()), dx(x.size()), da(1), dc(1);
    EXPECT_TRUE(kernel->forward(x, y));
    EXPECT_TRUE(kernel->gradients({x}, dy, {dx, da, dc}));
    std::vector<float> inPlace = x;
    EXPECT_TRUE(kernel->forward(inPlace, inPlace));
    EXPECT_EQ(inPlace, y);
    for (const std::vector<float> *each : {&dx, &da, &dc})
      y.insert(y.end(), each->begin(), each->end());
    return y;
  };
  Engine alone(options("cache"));
  const std::vector<float> right = results(alone);
  for (const Way &way : {Way{"backwards", backwards}, Way{"on threads", onThreads},
                         Way{"calls again", callsAgain}}) {
    Engine *self = nullptr;
    Options chosen = options("cache");
    chosen.executor = {way.run, static_cast<void *>(&self)};
    Engine engine(chosen);
    self = &engine;
    EXPECT_EQ(results(engine), right) << way.name;
    // Several callers at a time.
    std::vector<std::thread> callers;
    std::atomic<int> wrong{0};
    for (int i = 0; i != 3; ++i)
      callers.emplace_back([&] { wrong += results(engine) != right; });
    for (std::thread &caller : callers)
      caller.join();
    EXPECT_EQ(wrong, 0) << way.name;
  }
}

void leavesOneOut(void *context, std::size_t count, Executor::Part part, void *argument) {
  for (std::size_t i = 0; i != count; ++i)
    if (i != *static_cast<std::size_t *>(context))
      part(argument, i);
}

void takesOneForAnother(void *context, std::size_t count, Executor::Part part, void *argument) {
  const std::size_t one = *static_cast<std::size_t *>(context);
  for (std::size_t i = 0; i != count; ++i)
    part(argument, i == one ? (one + 1) % count : i);
}

void runsOneTwice(void *context, std::size_t count, Executor::Part part, void *argument) {
  backwards(nullptr, count, part, argument);
  part(argument, *static_cast<std::size_t *>(context) % count);
}

TEST_F(HostHabitsTest, AnExecutorThatDoesNotRunEachPartOnceIsAnError) {
  std::size_t which = 0;
  std::vector<float> x(200'000, 0.5F), dy(x), y(x.size()), dx(x.size()), da(1);
  std::vector<std::uint8_t> mask(Kernel::maskSize(x.size()));
  std::vector<double> columns(x.size());
  CompileOptions gradients, masked, doubles;
  gradients.gradients = CompileOptions::allGradients();
  masked.keep = Keep::Mask;
  doubles.types = {ElementType::F64, ElementType::F32};
  for (const Way &way : {Way{"nothing", [](void *, std::size_t, Executor::Part, void *) {}},
                         Way{"one out", leavesOneOut}, Way{"another", takesOneForAnother},
                         Way{"twice", runsOneTwice}}) {
    Options chosen = options("cache");
    chosen.executor = {way.run, static_cast<void *>(&which)};
    Engine engine(chosen);
    const Result<Kernel> kernel = engine.compile("def f(x; a = 1.25) = tanh(a * x)", gradients),
                         choice = engine.compile("relu", masked),
                         mixed = engine.compile("tanh(x)", doubles);
    ASSERT_TRUE(kernel && choice && mixed);
    const std::vector<ConstTensor> wide = {ConstTensor::of(columns)};
    for (which = 0; which != 3; ++which) {
      const Status calls[] = {kernel->forward(x, y), kernel->gradients({x}, dy, {dx, da}),
                              choice->forward(x, y, mask), choice->backward(mask, dy, dx),
                              mixed->forward(wide, Tensor::of(y))};
      for (const Status &call : calls) {
        ASSERT_FALSE(call) << way.name;
        EXPECT_EQ(call.error().code(), "X2019");
        EXPECT_NE(call.error().message().find("executor"), std::string::npos);
      }
    }
    EXPECT_TRUE(kernel->forward(std::span(x).first(1000), std::span(y).first(1000)))
        << "a call in one part";
  }
}

} // namespace
} // namespace xphi::test
