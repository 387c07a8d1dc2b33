// A part of a test in a process of its own, which may be broken, and must end.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <csignal>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace xphi::test {

constexpr int hung = 128 + SIGALRM;

/// The exit status of `body` in a child, or 128 and the signal that ended it: SIGALRM after so many
/// seconds.
inline int inChild(const std::function<int()> &body, unsigned seconds = 60) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGALRM, SIG_DFL);
    ::alarm(seconds);
    ::_exit(body()); // keeps GoogleTest and leak checks out of it
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace xphi::test
