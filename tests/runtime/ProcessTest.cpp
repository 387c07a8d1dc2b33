// Several processes on one cache: hits, one compilation for all, kills, forks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sandbox.h"

#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <iterator>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace xphi::test {
namespace {

// The body runs in a child; its answer is the exit status. _exit keeps GoogleTest and leak checks
// out of it.
pid_t inChild(const std::function<int()> &body) {
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(body());
  return child;
}

int exitOf(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// From now on this process gets EPERM from memfd_create, as under a strict policy.
bool forbidMemoryFiles() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_memfd_create, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(filter), filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 &&
         ::memfd_create("probe", 0) < 0;
}

class ProcessTest : public Sandbox {
protected:
  /// 0 when the kernel came from where it was expected to and is right.
  int check(const std::string &text, float at1, Origin expected) {
    Engine engine(options());
    const auto kernel = engine.compile(text);
    if (!kernel)
      return 10;
    if (atOne(*kernel) != at1)
      return 11;
    return kernel->origin() == expected ? 0 : 20 + int(kernel->origin());
  }
};

TEST_F(ProcessTest, TheSecondProcessHitsAndNeverLoadsTheCompiler) {
  ASSERT_FALSE(isMapped("fake-compiler")) << "this test must come before any that compiles here";
  EXPECT_EQ(exitOf(inChild([&] { return check("x * 3", 3, Origin::Compiled); })), 0);
  EXPECT_EQ(exitOf(inChild([&] {
              const int result = check("x * 3", 3, Origin::Disk);
              return isMapped("fake-compiler") || isMapped("LLVM") ? 30 : result;
            })),
            0);
  const CacheStatistics statistics = Engine(options()).cacheStatistics();
  EXPECT_EQ(statistics.totalCompiles, 1u);
  EXPECT_EQ(statistics.totalDiskHits, 1u);
}

TEST_F(ProcessTest, ManyProcessesCompileOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i != 6; ++i)
    children.push_back(inChild([&] {
      const auto kernel = Engine(options()).compile("x * 45"); // slow
      return kernel && atOne(*kernel) == 45 ? 0 : 1;
    }));
  for (const pid_t child : children)
    EXPECT_EQ(exitOf(child), 0);
  EXPECT_EQ(Engine(options()).cacheStatistics().totalCompiles, 1u);
}

TEST_F(ProcessTest, AKilledCompilationLeavesNothingLocked) {
  const pid_t child = inChild([&] { return check("x * 45", 45, Origin::Compiled); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ::kill(child, SIGKILL);
  EXPECT_EQ(exitOf(child), 128 + SIGKILL);
  EXPECT_TRUE(entries().empty());
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(check("x * 45", 45, Origin::Compiled), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(ProcessTest, KilledAtAnyMomentTheCacheStaysWhole) {
  constexpr int rounds = 20, most = 200; // the latter where the machine is slow
  for (int i = 0; i < rounds || (i < most && entries().empty()); ++i) {
    const pid_t child = inChild([&] {
      for (int scale = 100; scale != 400; ++scale)
        static_cast<void>(Engine(options()).compile("x * " + std::to_string(scale)));
      return 0;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(3 + 2 * i));
    ::kill(child, SIGKILL);
    exitOf(child);
  }
  const std::size_t left = entries().size();
  EXPECT_GT(left, 0u);
  Engine engine(options());
  std::size_t hits = 0;
  for (int scale = 100; scale != 400; ++scale) {
    const auto kernel = engine.compile("x * " + std::to_string(scale));
    ASSERT_OK(kernel);
    ASSERT_EQ(atOne(*kernel), float(scale));
    hits += kernel->origin() == Origin::Disk;
  }
  EXPECT_EQ(hits, left) << "every entry that was published is whole";
}

TEST_F(ProcessTest, KernelsAndEnginesWorkAfterFork) {
  Engine engine(options());
  const auto kernel = engine.compile("x * 3");
  ASSERT_OK(kernel);
  EXPECT_EQ(exitOf(inChild([&] {
              if (atOne(*kernel) != 3)
                return 1;
              const auto same = engine.compile("x * 3");
              const auto other = engine.compile("x * 7");
              return same && other && atOne(*same) == 3 && atOne(*other) == 7 ? 0 : 2;
            })),
            0);
  EXPECT_EQ(engine.compile("x * 7")->origin(), Origin::Disk);
}

TEST_F(ProcessTest, CallsOnSeveralThreadsWorkAfterFork) {
  const Kernel kernel = make("def f(x; shift = 1) = x * 3", withAllGradients, 4);
  const std::vector<float> x(300000, 2);
  const auto works = [&] {
    std::vector<float> y(x.size()), shift(1);
    return kernel.forward(x, y) && kernel.gradients({x}, x, {y, shift}) && y[299999] == 6 &&
           shift[0] == 600000;
  };
  EXPECT_EQ(exitOf(inChild([&] { return works() ? 0 : 1; })), 0) << "before there are threads";
  EXPECT_TRUE(works());
  EXPECT_EQ(exitOf(inChild([&] { return works() ? 0 : 1; })), 0) << "after";
  // The child's orderly end must not wait for threads it does not have.
  EXPECT_EQ(exitOf(inChild([&] {
              if (works())
                std::exit(0);
              return 1;
            })),
            0);
  EXPECT_TRUE(works());
}

TEST_F(ProcessTest, LoadsThroughAFileWhereMemoryFilesAreForbidden) {
  constexpr int notHere = 77;
  const auto withoutMemoryFiles = [&](Origin expected) {
    return exitOf(
        inChild([&] { return forbidMemoryFiles() ? check("x * 3", 3, expected) : notHere; }));
  };
  const int compiled = withoutMemoryFiles(Origin::Compiled);
  if (compiled == notHere)
    GTEST_SKIP() << "seccomp filters are not available here";
  EXPECT_EQ(compiled, 0);
  EXPECT_EQ(withoutMemoryFiles(Origin::Disk), 0);
  for (const auto &file : std::filesystem::directory_iterator(cache()))
    EXPECT_NE(file.path().extension(), ".tmp") << "a file used for loading was left behind";

  Options none = options();
  none.cacheDirectory.clear();
  EXPECT_EQ(exitOf(inChild([&] {
              const bool forbidden = forbidMemoryFiles();
              const auto kernel = Engine(none).compile("x * 3");
              return forbidden && kernel && atOne(*kernel) == 3 ? 0 : 1;
            })),
            0);
}

} // namespace
} // namespace xphi::test
