// What belongs to the process and not to a library: a compile leaves it as it is, and sees none of
// it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <bitset>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <vector>
#include <xmmintrin.h>

namespace xphi::test {
namespace {

using Mask = std::bitset<NSIG>;

Mask bits(const sigset_t &set) {
  Mask mask;
  for (int signal = 1; signal != NSIG; ++signal)
    mask[std::size_t(signal)] = ::sigismember(&set, signal) == 1;
  return mask;
}

struct Handler {
  void *function = nullptr;
  unsigned long flags = 0;
  Mask mask;

  bool operator==(const Handler &) const = default;
};

std::vector<Handler> handlers() {
  std::vector<Handler> all;
  for (int signal = 1; signal != NSIG; ++signal) {
    struct sigaction action = {};
    ::sigaction(signal, nullptr, &action);
    all.push_back({reinterpret_cast<void *>(action.sa_handler), // NOLINT
                   static_cast<unsigned long>(action.sa_flags), bits(action.sa_mask)});
  }
  return all;
}

std::vector<rlim_t> limits() {
  std::vector<rlim_t> all;
  for (int resource = 0; resource != RLIM_NLIMITS; ++resource) {
    rlimit limit = {};
    ::getrlimit(__rlimit_resource_t(resource), &limit);
    all.insert(all.end(), {limit.rlim_cur, limit.rlim_max});
  }
  return all;
}

mode_t fileMask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

/// All of it that a thread other than the compiling one can see.
struct HostState {
  std::vector<Handler> signals = handlers();
  std::vector<rlim_t> resources = limits();
  std::filesystem::path folder = std::filesystem::current_path();
  std::string locale = std::setlocale(LC_ALL, nullptr);

  bool operator==(const HostState &) const = default;
};

/// And what is the calling thread's own.
struct ThreadState {
  Mask mask;
  stack_t alternate = {};
  unsigned mxcsr = _mm_getcsr() & ~0x3Fu; // without the flags that arithmetic raises
  int rounding = std::fegetround();

  ThreadState() {
    sigset_t set = {};
    ::pthread_sigmask(SIG_SETMASK, nullptr, &set);
    mask = bits(set);
    ::sigaltstack(nullptr, &alternate);
  }
  bool operator==(const ThreadState &other) const {
    return mask == other.mask && alternate.ss_sp == other.alternate.ss_sp &&
           alternate.ss_flags == other.alternate.ss_flags && mxcsr == other.mxcsr &&
           rounding == other.rounding;
  }
};

void ofTheHost(int) {}

Options memoryOnly() {
  Options options;
  options.compilerLibrary = XPHI_REAL_COMPILER;
  options.compileSeconds = 60;
  return options;
}

TEST(HostStateTest, ACompileChangesNothingAtItsEndNorMeanwhile) {
  for (int signal : {SIGUSR1, SIGTERM, SIGHUP})
    std::signal(signal, ofTheHost);
  const HostState before;
  const ThreadState mine;
  const mode_t mask = fileMask();

  std::atomic<bool> enough{false};
  std::atomic<int> looks{0}, changes{0};
  std::thread watcher([&] {
    while (!enough) {
      changes += !(HostState() == before);
      ++looks;
    }
  });
  Engine engine(memoryOnly());
  const CompileOptions forGpu{.target = "cuda-sm_80"};
  EXPECT_TRUE(engine.compile("x * Phi(x)"));
  EXPECT_TRUE(engine.compile("def f(x; a: channel = 1) = a * tanh(x)"));
  EXPECT_TRUE(engine.compile("x * Phi(x)", forGpu));
  EXPECT_TRUE(engine.emit("x * Phi(x)", "stage:halide"));
  EXPECT_TRUE(engine.emit("x * Phi(x)", "object"));
  EXPECT_FALSE(engine.emit("x * Phi(x)", "no such thing"));
  enough = true;
  watcher.join();

  EXPECT_GT(looks, 0);
  EXPECT_EQ(changes, 0);
  EXPECT_TRUE(HostState() == before);
  EXPECT_TRUE(ThreadState() == mine);
  EXPECT_EQ(fileMask(), mask);
}

TEST(HostStateTest, AHandlerThatTheHostInstallsAfterwardsStays) {
  Engine engine(memoryOnly());
  ASSERT_TRUE(engine.compile("x + 1"));
  static volatile std::sig_atomic_t calls = 0;
  std::signal(SIGUSR2, [](int) { calls = calls + 1; });
  std::signal(SIGHUP, [](int) { calls = calls + 1; });
  ASSERT_TRUE(engine.compile("x + 2"));
  std::raise(SIGHUP);
  std::raise(SIGUSR2);
  EXPECT_EQ(calls, 2);
}

// A digit, a rounding or a decimal comma of the host's would show in the code.
TEST(HostStateTest, TheHostsStateChangesNothingOfAKernel) {
  const std::string text = "def f(x; a = 0.1) = tanh(0.7 * x) + a / 3 + exp(-x) * 1.0000001";
  Engine engine(memoryOnly());
  const auto plain = engine.emit(text, "object");
  ASSERT_TRUE(plain) << plain.error().render();

  std::fesetround(FE_UPWARD);
  _mm_setcsr(_mm_getcsr() | 0x8040); // flush to zero, denormals are zero
  bool comma = false;
  for (const char *name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"})
    comma = comma || std::setlocale(LC_ALL, name) != nullptr;
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const auto odd = engine.emit(text, "object");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  _mm_setcsr(_mm_getcsr() & ~0x8040u);
  std::fesetround(FE_TONEAREST);
  std::setlocale(LC_ALL, "C");

  ASSERT_TRUE(odd) << odd.error().render();
  EXPECT_TRUE(*odd == *plain) << (comma ? "with a decimal comma" : "");
}

/// The bits of a kernel's results, by every way to call it, and whether each left the mode alone.
struct Results {
  std::vector<float> numbers;
  bool keptMode = true;
  bool failed = false;

  void called(const Status &status, int mode, const std::vector<float> &results) {
    keptMode = keptMode && std::fegetround() == mode;
    failed = failed || !status;
    numbers.insert(numbers.end(), results.begin(), results.end());
  }
  bool operator==(const Results &other) const {
    return std::ranges::equal(numbers, other.numbers, [](float a, float b) {
      return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
    });
  }
};

Results callEachWay(const Kernel &whole, const Kernel &slope, const Kernel &masked,
                    const std::vector<float> &x, int mode) {
  Results results;
  std::vector<float> y(x.size()), sum(1);
  std::vector<std::uint8_t> mask(Kernel::maskSize(x.size()));
  const std::vector<float> twos(x.size(), 2);
  std::fesetround(mode);
  results.called(whole.forward(x, y), mode, y);
  results.called(slope.backward(x, twos, y), mode, y);
  results.called(whole.gradients({x}, twos, {y, sum}), mode, y);
  results.called({}, mode, sum);
  const Kernel::Input channels[] = {std::span(twos).first(1)};
  results.called(whole.forward({x}, y, Kernel::Arguments{channels, {}}), mode, y);
  const auto n = std::int64_t(x.size() / 2);
  results.called(slope.forward(ConstTensor::of(x.data(), {n}, {2}), Tensor::of(y.data(), {n})),
                 mode, y);
  results.called(slope.backward(ConstTensor::of(x), ConstTensor::of(twos), Tensor::of(y)), mode, y);
  results.called(masked.forward(x, y, mask), mode, y);
  results.called(masked.backward(mask, twos, y), mode, y);
  std::fesetround(FE_TONEAREST);
  return results;
}

// A table's segment is found by a rounding: upwards, mish' was 557 at -5.6.
TEST(HostStateTest, ACallRoundsToNearestWhateverTheHostsModeIs) {
  Options options = memoryOnly();
  options.threads = 2;
  Engine engine(options);
  const auto masked = engine.compile("if x > 0 then x else 0.3 * x", {.keep = Keep::Mask});
  ASSERT_TRUE(masked) << masked.error().render();
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, 4);
  // Long enough for two threads, and with a rest that fills no vector.
  std::vector<float> x(80'005);
  for (float &each : x)
    each = normal(random);
  for (const char *function : {"mish", "tanh", "exp", "symexp", "sin", "1 / "})
    for (const Accuracy accuracy :
         {Accuracy::accurate(), Accuracy::exact(), Accuracy::fast(), Accuracy::reproducible()}) {
      const std::string body = std::string(function) + "(x) * a";
      CompileOptions wanted;
      wanted.accuracy = accuracy;
      const auto slope = engine.compile("def f(x; a = 1.5) = " + body, wanted);
      wanted.gradients = CompileOptions::allGradients();
      const auto whole = engine.compile("def f(x; a = 1.5) = " + body, wanted);
      ASSERT_TRUE(slope && whole) << body;
      const Results nearest = callEachWay(*whole, *slope, *masked, x, FE_TONEAREST);
      EXPECT_FALSE(nearest.failed);
      for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
        const Results results = callEachWay(*whole, *slope, *masked, x, mode);
        EXPECT_TRUE(results == nearest) << body << ", mode " << mode;
        EXPECT_TRUE(results.keptMode) << body << ", mode " << mode;
      }
    }
}

} // namespace
} // namespace xphi::test
