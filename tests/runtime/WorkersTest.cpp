// The threads of a call: every part once, whoever comes, whatever the host does.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/host/Workers.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

namespace xphi {
namespace {

struct Parts {
  explicit Parts(std::size_t count) : done(count) {}
  bool run(Workers &workers) {
    bool once = workers.run(
        done.size(),
        [](void *self, std::size_t i) { static_cast<Parts *>(self)->done[i].fetch_add(1); }, this);
    for (std::atomic<int> &each : done)
      once = once && each.exchange(0) == 1;
    return once;
  }
  std::vector<std::atomic<int>> done;
};

/// Null on a machine of one core.
std::shared_ptr<Workers> several() { return Workers::make(0); }

TEST(WorkersTest, OneThreadNeedsNone) { EXPECT_EQ(Workers::make(1), nullptr); }

TEST(WorkersTest, EveryPartIsDoneOnceAtAnyPace) {
  const auto workers = several();
  if (!workers)
    GTEST_SKIP();
  for (const std::size_t count : {0, 1, 2, 3, 64, 1000})
    for (const int pause : {0, 10, 100, 300, 1000}) {
      Parts parts(count);
      for (int round = 0; round != 20; ++round) {
        ASSERT_TRUE(parts.run(*workers)) << count << " parts, pauses of " << pause;
        std::this_thread::sleep_for(std::chrono::microseconds(pause));
      }
    }
}

TEST(WorkersTest, ManyCallersAtATime) {
  const auto workers = several();
  if (!workers)
    GTEST_SKIP();
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller != 4; ++caller)
    callers.emplace_back([&] {
      Parts parts(17);
      for (int round = 0; round != 1000; ++round)
        wrong += !parts.run(*workers);
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(wrong, 0);
}

TEST(WorkersTest, AskedForAsManyTheyAreTheSame) { EXPECT_EQ(Workers::make(2), Workers::make(2)); }

TEST(WorkersTest, AForkedChildHasItsOwn) {
  const auto workers = several();
  if (!workers)
    GTEST_SKIP();
  Parts parts(64);
  ASSERT_TRUE(parts.run(*workers));
  const pid_t child = ::fork();
  if (child == 0) {
    const bool alone = parts.run(*workers);
#ifdef __has_feature
#if __has_feature(thread_sanitizer) // which has no new threads in a child
    ::_exit(alone ? 0 : 1);
#endif
#endif
    const auto own = several();
    const bool together = own && own != workers && parts.run(*own);
    ::_exit(alone && together ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#ifdef __x86_64__
TEST(WorkersTest, TheCallersRoundingHoldsInEveryPart) {
  const auto workers = several();
  if (!workers)
    GTEST_SKIP();
  const unsigned before = _mm_getcsr();
  for (const unsigned mode : {0x2000u, 0x8040u, 0u}) {
    _mm_setcsr((before & ~0xe040u) | mode);
    std::atomic<int> other{0};
    struct Seen {
      unsigned wanted;
      std::atomic<int> *other;
    } seen{_mm_getcsr() & 0xe040u, &other};
    for (int round = 0; round != 50; ++round)
      (void)workers->run(
          64,
          [](void *context, std::size_t) {
            const Seen &seen = *static_cast<Seen *>(context);
            *seen.other += (_mm_getcsr() & 0xe040u) != seen.wanted;
          },
          &seen);
    EXPECT_EQ(other, 0) << mode;
  }
  _mm_setcsr(before);
}
#endif

TEST(WorkersTest, TheHostsExecutorGetsTheParts) {
  struct Host {
    int calls = 0;
  } host;
  const Executor executor = {
      .run =
          [](void *context, std::size_t count, Executor::Part part, void *argument) {
            ++static_cast<Host *>(context)->calls;
            std::vector<std::thread> threads;
            for (std::size_t i = 0; i != count; ++i)
              threads.emplace_back([=] { part(argument, i); });
            for (std::thread &thread : threads)
              thread.join();
          },
      .context = &host};
  Parts parts(9);
  EXPECT_TRUE(parts.run(*Workers::make(1, executor)));
  EXPECT_EQ(host.calls, 1);
}

} // namespace
} // namespace xphi
