// Runs a program to its end and gives back what it printed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "measure/Spawn.h"

#include "measure/Measure.h"

#include <climits>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace xphi::measure {

std::optional<Finished> runToEnd(const std::vector<std::string> &commandLine) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return std::nullopt;

  std::vector<char *> arguments;
  for (const std::string &argument : commandLine)
    arguments.push_back(const_cast<char *>(argument.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  Stopwatch watch;
  pid_t child = 0;
  int failed = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed) {
    close(ends[0]);
    return std::nullopt;
  }

  Finished finished;
  char block[4096];
  for (ssize_t got; (got = read(ends[0], block, sizeof block)) != 0;) {
    if (got > 0)
      finished.output.append(block, static_cast<std::size_t>(got));
    else if (errno != EINTR)
      break;
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  finished.milliseconds = watch.milliseconds();
  finished.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

std::string ownExecutable() {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string();
}

} // namespace xphi::measure
