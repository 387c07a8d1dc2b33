// Children that are killed or stopped half-way.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "tests/fault/Child.h"

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
