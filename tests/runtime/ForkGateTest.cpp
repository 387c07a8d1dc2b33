// Forks in the middle of what takes long: they wait, but not for ever, and the child knows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/host/ForkGate.h"

#include "tests/fault/Child.h"

#include <gtest/gtest.h>
#include <optional>
#include <thread>

namespace xphi::test {
namespace {

using Milliseconds = std::chrono::milliseconds;
constexpr auto noEnd = std::chrono::hours(1);

enum Seen : int { Whole = 0, HalfDone = 1, Other = 2 };

/// What a child sees.
int look() { return ForkGate::instance().leftHalfDone() ? HalfDone : Whole; }

/// A thread that is inside until it is told to leave; it pauses if asked to.
class Inside {
public:
  explicit Inside(bool pauses) {
    thread = std::thread([this, pauses] {
      const ForkGate::Pass pass;
      entered = true;
      while (!enough) {
        if (pauses)
          ForkGate::pause();
        std::this_thread::sleep_for(Milliseconds(1));
      }
    });
    while (!entered)
      std::this_thread::sleep_for(Milliseconds(1));
  }
  ~Inside() {
    enough = true;
    thread.join();
  }
  Inside(const Inside &) = delete;
  Inside &operator=(const Inside &) = delete;

private:
  std::thread thread;
  std::atomic<bool> entered{false}, enough{false};
};

TEST(ForkGateTest, AForkWaitsForWhatPauses) {
  ForkGate::patience = noEnd;
  const Inside one(true), two(true);
  for (int i = 0; i != 20; ++i)
    ASSERT_EQ(inChild(look, 20), Whole);
}

TEST(ForkGateTest, AForkWaitsForWhatLeaves) {
  ForkGate::patience = noEnd;
  std::optional<Inside> one(std::in_place, false);
  std::thread leaving([&] {
    std::this_thread::sleep_for(Milliseconds(50));
    one.reset();
  });
  EXPECT_EQ(inChild(look, 20), Whole);
  leaving.join();
}

// The thread that is inside is not in the child: nobody there may wait for it.
TEST(ForkGateTest, AfterAWaitInVainTheChildKnowsAndWaitsForNobody) {
  const Inside one(false), two(false);
  ForkGate::patience = Milliseconds(50);
  const auto inner = [] {
    ForkGate::patience = noEnd;
    if (look() != HalfDone)
      return int(Other);
    {
      const ForkGate::Pass pass;
    }
    const auto held = ForkGate::instance().hold().owns_lock();
    return held ? inChild(look, 10) : int(Other); // its fork waits for nobody
  };
  EXPECT_EQ(inChild(inner, 20), HalfDone);
  EXPECT_EQ(look(), Whole) << "the parent lost nothing";
}

TEST(ForkGateTest, WhatWasLockedBeforeAForkIsFreeInTheChild) {
  ForkGate::patience = noEnd;
  ForkAwareLock lock;
  lock.lock();
  EXPECT_EQ(inChild(
                [&] {
                  lock.lock();
                  lock.unlock();
                  return 0;
                },
                10),
            0);
  EXPECT_EQ(inChild(
                [&] {
                  lock.lock();
                  return inChild(
                      [&] {
                        lock.lock();
                        return 0;
                      },
                      10);
                },
                20),
            0);
  lock.unlock();
}

} // namespace
} // namespace xphi::test
