// Test bodies in a process of their own, whose answer is the exit status.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <csignal>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace xphi::test {

/// _exit keeps GoogleTest and leak checks out of the child.
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

inline int inChild(const std::function<int()> &body) { return exitOf(start(body)); }

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
