// Children that are killed or stopped half-way.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "tests/fault/Child.h"

#include <atomic>
#include <chrono>
#include <sys/mman.h>

namespace xphi::test {

inline pid_t start(const std::function<int()> &body) {
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(body());
  return child;
}

/// The exit status, or 128 and the signal that ended it.
inline int exitOf(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

using Clock = std::chrono::steady_clock;

/// What a machine that does other things, too, needs for `work` at the moment.
template <class Work> Clock::duration timeOf(const Work &work) {
  const auto start = Clock::now();
  work();
  return Clock::now() - start;
}

/// A number that a child counts up and the parent sees: how far the child has come.
class SharedCount {
public:
  SharedCount()
      : count(static_cast<std::atomic<unsigned> *>(::mmap(
            nullptr, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  ~SharedCount() { ::munmap(count, sizeof *count); }
  SharedCount(const SharedCount &) = delete;
  SharedCount &operator=(const SharedCount &) = delete;

  void add() { ++*count; }
  /// However long that takes; a test that waits for a dead child runs out of its own time.
  void waitFor(unsigned least) const {
    while (*count < least)
      ::usleep(50);
  }

private:
  std::atomic<unsigned> *count;
};

/// A child that does `body` and then stops, until it is gone; the parent waits for the stop.
class StoppedChild {
public:
  explicit StoppedChild(const std::function<void()> &body)
      : child(start([&] {
          body();
          ::raise(SIGSTOP);
          return 0;
        })) {
    int status = 0;
    ::waitpid(child, &status, WUNTRACED);
  }
  ~StoppedChild() {
    ::kill(child, SIGKILL);
    exitOf(child);
  }
  StoppedChild(const StoppedChild &) = delete;
  StoppedChild &operator=(const StoppedChild &) = delete;

private:
  pid_t child;
};

} // namespace xphi::test
