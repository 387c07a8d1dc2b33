// What a compile does on a second thread: with it and without it kernels are the same, to the byte.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.hpp>

#include <atomic>
#include <cerrno>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <random>
#include <sched.h>
#include <string>
#include <vector>

namespace {

// A compile has a thread of its own, which this one starts; what starts another is that thread.
std::atomic<bool> isSecondForbidden = false;
std::atomic<int> seconds = 0;
pthread_t mainThread;

} // namespace

#ifndef XPHI_SANITIZED // they have one of their own
extern "C" __attribute__((visibility("default"))) int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
               void *argument) {
  static const auto real =
      reinterpret_cast<decltype(&pthread_create)>(::dlsym(RTLD_NEXT, "pthread_create"));
  if (!::pthread_equal(::pthread_self(), mainThread)) {
    ++seconds;
    if (isSecondForbidden)
      return EAGAIN;
  }
  return real(thread, attributes, start, argument);
}
#endif

namespace xphi::test {
namespace {

/// This process may run on so many cores while it lives.
class Cores {
public:
  explicit Cores(int most) {
    ::sched_getaffinity(0, sizeof before, &before);
    cpu_set_t fewer;
    CPU_ZERO(&fewer);
    for (int cpu = 0; cpu != CPU_SETSIZE && CPU_COUNT(&fewer) < most; ++cpu)
      if (CPU_ISSET(cpu, &before))
        CPU_SET(cpu, &fewer);
    ::sched_setaffinity(0, sizeof fewer, &fewer);
  }
  ~Cores() { ::sched_setaffinity(0, sizeof before, &before); }
  Cores(const Cores &) = delete;
  Cores &operator=(const Cores &) = delete;

  static bool areSeveral() {
    cpu_set_t all;
    ::sched_getaffinity(0, sizeof all, &all);
    return CPU_COUNT(&all) > 1;
  }

private:
  cpu_set_t before;
};

struct Wish {
  std::string text;
  CompileOptions options = {};
  std::uint64_t megabytes = 1024;
};

/// Products and sums of what people write, with numbers that no text has had before.
std::vector<Wish> wishes() {
  constexpr const char *parts[] = {"Phi(# * x)",    "sigmoid(# * x)",  "tanh(# * x)",
                                   "erf(# * x)",    "exp(-(# * x)^2)", "log1p(exp(# * x))",
                                   "max(x, # * x)", "x / (# + abs(x))"};
  std::mt19937 random(7);
  const auto part = [&] {
    std::string text = parts[random() % std::size(parts)];
    for (std::size_t at; (at = text.find('#')) != text.npos;)
      text.replace(at, 1, std::to_string(0.5 + double(random() % 1000) / 999));
    return text;
  };
  std::vector<Wish> all;
  for (int i = 0; i != 6; ++i)
    all.push_back({"x * " + part() + (i % 2 ? " + " + part() : "")});
  all.push_back({"swiglu"});
  all.push_back({"def f(x; a: channel = 1) = " + part() + " * a"});
  all.push_back({"x * " + part(), {.order = 1}});
  all.push_back({"x * " + part(), {.backward = false}});
  all.push_back({"x * " + part(), {.types = {ElementType::BF16}}});
  all.push_back({"x * " + part(), {.types = {ElementType::F64}}});
  all.push_back({"exp(x) - exp(-x) + 1e-9 * " + part()}); // lowered again, with more care
  for (const std::uint64_t megabytes : {1, 2, 4, 8, 16})
    all.push_back({part() + " * " + part() + " + " + part(), {}, megabytes});
  return all;
}

std::string outcome(const Wish &wish) {
  Options options;
  options.compilerLibrary = XPHI_REAL_COMPILER;
  options.compileSeconds = 3600;
  options.compileMegabytes = wish.megabytes;
  Engine engine(options);
  const auto made = engine.emit(wish.text, "artifact", wish.options);
  return made ? *made : made.error().code();
}

class SecondThreadTest : public ::testing::Test {
protected:
  SecondThreadTest() {
    mainThread = ::pthread_self();
    for (const Wish &wish : all)
      usual.push_back(outcome(wish));
  }

  void expectTheSame() {
    for (std::size_t i = 0; i != all.size(); ++i) {
      const std::string here = outcome(all[i]);
      // Where memory ends the moment differs, and is no part of what was asked for.
      if (all[i].megabytes == 1024 || (here.size() > 5 && usual[i].size() > 5))
        EXPECT_TRUE(here == usual[i]) << all[i].text;
      else
        EXPECT_TRUE(here.size() > 5 || here == "X1009") << all[i].text << ": " << here;
    }
  }

  const std::vector<Wish> all = wishes();
  std::vector<std::string> usual;
};

TEST_F(SecondThreadTest, OnOneCoreThereIsNoneAndKernelsAreTheSame) {
  for (std::size_t i = 0; i != all.size(); ++i)
    if (all[i].megabytes == 1024)
      EXPECT_GT(usual[i].size(), 5u) << all[i].text << ": " << usual[i];
#ifndef XPHI_SANITIZED
  EXPECT_EQ(seconds > 0, Cores::areSeveral());
#endif
  const int before = seconds;
  const Cores one(1);
  expectTheSame();
  EXPECT_EQ(seconds, before);
}

#ifndef XPHI_SANITIZED
TEST_F(SecondThreadTest, WhereThereIsNoThreadToBeHadKernelsAreTheSame) {
  isSecondForbidden = true;
  expectTheSame();
  isSecondForbidden = false;
}
#endif

} // namespace
} // namespace xphi::test
