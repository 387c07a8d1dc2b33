// A queue, and threads that end when it is empty.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CompilePool.h"

#include "runtime/host/ForkGate.h"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <new>
#include <pthread.h>
#include <sched.h>

namespace xphi {
namespace {

unsigned coresOfThisProcess() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int count = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return unsigned(std::max(count, 1));
}

} // namespace

/// Looked at and changed while ForkGate::hold(), so that no child finds it half done.
struct CompilePool::Shared {
  std::deque<Task> queue;
  unsigned running = 0;
  std::condition_variable ended;
  int generation = ForkGate::instance().generation(); ///< whose threads these are
};

CompilePool::CompilePool(unsigned threads)
    : most(threads ? std::min(threads, coresOfThisProcess()) : coresOfThisProcess()),
      shared(std::make_shared<Shared>()) {}

CompilePool::~CompilePool() { stop(); }

void CompilePool::submit(Task task) {
  bool mayStart = false;
  {
    const auto held = ForkGate::instance().hold();
    if (shared->generation != ForkGate::instance().generation()) {
      // Left to the parent's threads, which are not here to let go of it.
      new std::shared_ptr<Shared>(shared); // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks)
      shared = std::make_shared<Shared>();
    }
    shared->queue.push_back(std::move(task));
    mayStart = shared->running < most;
    shared->running += mayStart;
  }
  if (mayStart && !startThread(shared))
    work(shared);
}

bool CompilePool::startThread(const std::shared_ptr<Shared> &shared) noexcept {
  auto *argument = new (std::nothrow) std::shared_ptr<Shared>(shared);
  pthread_attr_t attributes;
  if (!argument || ::pthread_attr_init(&attributes) != 0) {
    delete argument;
    return false;
  }
  // The host's signals are for the host's threads.
  sigset_t all;
  ::sigfillset(&all);
  const auto start = [](void *given) -> void * {
    const std::unique_ptr<std::shared_ptr<Shared>> own(
        static_cast<std::shared_ptr<Shared> *>(given));
    work(*own);
    return nullptr;
  };
  pthread_t thread;
  const bool started = ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0 &&
                       ::pthread_attr_setsigmask_np(&attributes, &all) == 0 &&
                       ::pthread_create(&thread, &attributes, start, argument) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!started)
    delete argument;
  return started;
}

void CompilePool::work(const std::shared_ptr<Shared> &shared) noexcept {
  for (;;) {
    Task task;
    {
      const auto held = ForkGate::instance().hold();
      if (shared->queue.empty()) {
        if (--shared->running == 0)
          shared->ended.notify_all();
        return;
      }
      task = std::move(shared->queue.front());
      shared->queue.pop_front();
    }
    task(false);
  }
}

void CompilePool::stop() noexcept {
  std::deque<Task> late;
  {
    auto held = ForkGate::instance().hold();
    if (shared->generation != ForkGate::instance().generation()) {
      new (std::nothrow) std::shared_ptr<Shared>(shared); // see submit()
      return;
    }
    late.swap(shared->queue);
    shared->ended.wait(held, [&] { return shared->running == 0; });
  }
  for (Task &task : late)
    task(true);
}

} // namespace xphi
