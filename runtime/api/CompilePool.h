// The threads of an engine that compile in the background, and what waits for them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread is started for a task unless as many run as may, and ends when nothing waits. So an idle
// engine has none, and a forked child, which has none of its parent's, begins afresh.
#pragma once

#include <functional>
#include <memory>

namespace xphi {

class CompilePool {
public:
  /// 0 is one for each core this process may run on, and there are never more.
  explicit CompilePool(unsigned threads);
  /// As stop().
  ~CompilePool();
  CompilePool(const CompilePool &) = delete;
  CompilePool &operator=(const CompilePool &) = delete;

  /// Must not throw. `stopped`: there is no time left to do it.
  using Task = std::function<void(bool stopped)>;
  /// Returns at once, unless no thread is to be had: then the task is done here.
  void submit(Task task);
  /// Waits for the tasks under way, and stops those that have not begun.
  void stop() noexcept;

private:
  struct Shared;
  static void work(const std::shared_ptr<Shared> &shared) noexcept;
  static bool startThread(const std::shared_ptr<Shared> &shared) noexcept;

  const unsigned most;
  std::shared_ptr<Shared> shared;
};

} // namespace xphi
