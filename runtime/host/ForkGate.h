// What a forked child may rely on: nothing of the parent's is half done in it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A child has the parent's memory but only the thread that forked. Locks that another thread held
// stay locked there, and what they guard stays as it was. So fork() itself waits, through
// pthread_atfork: short sections finish, and compiles run on to their next step, where LLVM holds
// no lock. A compile whose thread is gone from a child has left behind memory there, and no more.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace xphi {

class ForkGate {
public:
  /// Of this process; never destroyed.
  static ForkGate &instance();
  ForkGate(const ForkGate &) = delete;
  ForkGate &operator=(const ForkGate &) = delete;

  /// For what takes a millisecond or more, and calls pause() if it takes long. Not to be nested.
  class Pass {
  public:
    Pass() { instance().enter(); }
    ~Pass() { instance().leave(); }
    Pass(const Pass &) = delete;
    Pass &operator=(const Pass &) = delete;
  };
  /// Inside a Pass, of this thread or of one that waits for it: lets a waiting fork happen now.
  static void pause();

  /// For a few instructions: held, nothing forks.
  std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex); }

  /// Forks since the program started, plus one: what was locked under another number is free.
  int generation() const { return forks.load(std::memory_order_relaxed); }
  /// How long a fork waits at most: twice what a compile has unless its Options give it more. Tests
  /// wait less.
  static inline std::chrono::milliseconds patience = std::chrono::seconds(20);
  /// True in a child whose fork could not wait long enough for a compile.
  bool leftHalfDone() const { return halfDone; }

private:
  ForkGate();
  void enter();
  void leave();
  void beforeFork();
  void inParent();
  void inChild();

  std::mutex mutex;
  std::condition_variable changed;
  unsigned inside = 0;
  std::atomic<unsigned> waiting{0}; ///< forks
  std::atomic<int> forks{1};
  std::atomic<bool> halfDone{false};
};

/// A lock that may be held for long: in a child it is free if a thread of the parent held it.
class ForkAwareLock {
public:
  void lock();
  void unlock();

private:
  std::atomic<int> holder{0}; ///< the generation it was taken in, or 0
};

} // namespace xphi
