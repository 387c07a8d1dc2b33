// A oneTBB arena whose threads take tasks from a counter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Workers.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <algorithm>
#include <atomic>
#include <pthread.h>

namespace xphi {
namespace {

std::atomic<bool> started{false}; // threads exist in this process or in the one it was forked from
std::atomic<bool> orphaned{false};

void inChild() {
  if (started)
    orphaned = true;
}

void watchForks() {
  static const int registered = pthread_atfork(nullptr, nullptr, inChild);
  static_cast<void>(registered);
}

} // namespace

struct Workers::Arena {
  unsigned threads;
  tbb::task_arena arena;
};

std::shared_ptr<Workers> Workers::make(unsigned threads) {
  if (threads == 1)
    return nullptr;
  // TBB prints a warning when it is asked for more threads than it may have.
  const std::size_t most =
      std::min(std::size_t(tbb::info::default_concurrency()),
               tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
  const auto chosen = unsigned(threads ? std::min<std::size_t>(threads, most) : most);
  return chosen > 1 ? std::shared_ptr<Workers>(new Workers(chosen)) : nullptr;
}

Workers::Workers(unsigned threads) : arena(new Arena{threads, tbb::task_arena(int(threads))}) {}

Workers::~Workers() = default;

void Workers::run(std::size_t count, Task task, void *context) noexcept {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      task(context, i);
  };
  if (count > 1 && !orphaned) {
    try {
      watchForks();
      started = true;
      // Made here, so that the caller's rounding mode and flush-to-zero hold on every thread:
      // inside the arena those of its first caller hold.
      tbb::task_group_context floatingPoint(tbb::task_group_context::isolated,
                                            tbb::task_group_context::default_traits |
                                                tbb::task_group_context::fp_settings);
      arena->arena.execute([&] {
        const std::size_t shares = std::min<std::size_t>(arena->threads, count);
        tbb::parallel_for(
            std::size_t(0), shares, [&](std::size_t) { work(); }, tbb::simple_partitioner(),
            floatingPoint);
      });
    } catch (...) { // NOLINT(bugprone-empty-catch)
      // Out of memory for its own tasks; every task of ours that was taken has been finished.
    }
  }
  work();
}

} // namespace xphi
