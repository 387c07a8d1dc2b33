// A compile on a thread of its own, so that it depends on nothing of the caller's, and for some
// steps on a second one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CompileThread.h"

#include "Budget.h"
#include "HostCalls.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Threading.h"

#include <atomic>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <exception>
#include <flint/flint.h>
#include <mutex>
#include <new>
#include <optional>
#include <pthread.h>
#include <unistd.h>

namespace xphi::compiler {
namespace {

// The deepest programs that the language allows take about a tenth of it.
constexpr std::size_t stackBytes = std::size_t(16) << 20;

struct Errand {
  const Limits &limits;
  llvm::function_ref<Compiled()> work;
  Compiled product;
  bool outOfMemory = false;
};

// They are of the LLVM in this library: the host's, if it has one, keeps its own.
void installErrorHandlers() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::install_bad_alloc_error_handler(
        [](void *, const char *, bool) { throw std::bad_alloc(); });
    llvm::install_fatal_error_handler([](void *, const char *reason, bool) {
      throw CompileStopped{"X1000", std::string("LLVM gave up: ") + reason};
    });
  });
}

// Of the threads that compile in this process. A fork leaves them in the parent, so the count is
// that of a process.
class WorkingThread {
public:
  WorkingThread() { add(1); }
  ~WorkingThread() { add(-1); }
  WorkingThread(const WorkingThread &) = delete;
  WorkingThread &operator=(const WorkingThread &) = delete;

  static bool hasCoreForAnother() {
    const Counted now = working;
    const unsigned others = now.process == getpid() ? now.threads : 0;
    return others < llvm::hardware_concurrency().compute_thread_count();
  }

private:
  struct Counted {
    pid_t process;
    unsigned threads;
  };

  static void add(int change) {
    const pid_t process = getpid();
    Counted now = working, next = {};
    do {
      const bool isOurs = now.process == process;
      if (!isOurs && change < 0)
        return;
      next = {process, (isOurs ? now.threads : 0) + unsigned(change)};
    } while (!working.compare_exchange_weak(now, next));
  }

  static inline std::atomic<Counted> working{};
};

void run(Errand &errand) {
  const CompileThreadMark mark;
  const WorkingThread counted;
  Budget budget(errand.limits);
  try {
    installErrorHandlers();
    errand.product = errand.work();
    return;
  } catch (CompileStopped &stopped) {
    errand.product = {};
    errand.product.code.swap(stopped.code);
    errand.product.message.swap(stopped.message);
  } catch (const std::bad_alloc &) {
    errand.outOfMemory = true;
  }
  // Some of LLVM's allocations do not let an exception through, and say that memory is short.
  try {
    if (budget.spent()) {
      errand.product.message = budget.message();
      errand.product.code = "X1009";
      errand.outOfMemory = false;
    }
  } catch (const std::bad_alloc &) {
    errand.outOfMemory = true;
  }
}

// What is done beside, and how it ended.
struct Share {
  Budget &budget;
  llvm::function_ref<void()> work;
  std::optional<CompileStopped> stopped = {};
  bool outOfMemory = false;
  bool isBegun = false;
  std::int64_t left = 0; ///< bytes that it has allocated and not freed
};

void run(Share &share) {
  share.isBegun = true;
  const std::int64_t before = heldBytes;
  {
    const CompileThreadMark mark;
    const Budget::Share budget(share.budget);
    try {
      share.work();
    } catch (CompileStopped &stopped) {
      share.stopped.emplace();
      share.stopped->code.swap(stopped.code);
      share.stopped->message.swap(stopped.message);
    } catch (const std::bad_alloc &) {
      share.outOfMemory = true;
    }
  }
  share.left = heldBytes - before;
}

template <class Task> void *start(void *argument) {
  Task &task = *static_cast<Task *>(argument);
  if (!hasMemoryForThread()) {
    task.outOfMemory = true;
    return nullptr;
  }
  flint_cleanup(); // touches the thread-local variables of FLINT and MPFR while there is room
  std::fesetenv(FE_DFL_ENV);
  const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
  if (plain)
    uselocale(plain);
  run(task);
  flint_cleanup();
  if (plain) {
    uselocale(LC_GLOBAL_LOCALE);
    freelocale(plain);
  }
  return nullptr;
}

template <class Task> bool startThread(pthread_t &thread, Task &task) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0)
    return false;
  sigset_t all;
  sigfillset(&all);
  const bool started = pthread_attr_setstacksize(&attributes, stackBytes) == 0 &&
                       pthread_attr_setsigmask_np(&attributes, &all) == 0 &&
                       pthread_create(&thread, &attributes, start<Task>, &task) == 0;
  pthread_attr_destroy(&attributes);
  return started;
}

} // namespace

Compiled onOwnThread(const Limits &limits, llvm::function_ref<Compiled()> work) {
  Errand errand{limits, work, {}};
  pthread_t thread;
  if (!startThread(thread, errand))
    return {{}, "X2099", "there is no memory, or no thread to be had, to compile on", {}};
  pthread_join(thread, nullptr);
  if (errand.outOfMemory)
    throw std::bad_alloc();
  return std::move(errand.product);
}

void ThreadTurns::take() {
  mutex.lock();
  if (isTaken) // the other was stopped, and its mark gave the lock back
    throw std::bad_alloc();
  isTaken = true;
}

void ThreadTurns::give() {
  isTaken = false;
  mutex.unlock();
}

void atOnce(llvm::function_ref<void()> here, llvm::function_ref<void()> beside) {
  Share share{*currentBudget(), beside};
  {
    std::optional<WorkingThread> second;
    if (WorkingThread::hasCoreForAnother())
      second.emplace();
    pthread_t thread;
    const bool isBeside = second && startThread(thread, share);
    const auto join = llvm::scope_exit([&] {
      if (!isBeside)
        return;
      if (std::uncaught_exceptions() > 0) // the other may wait for what this one had locked
        giveBackLocks();
      pthread_join(thread, nullptr);
      share.budget.takeOver(share.left);
    });
    here();
  }
  if (!share.isBegun) // for want of a core, or of memory for a thread
    beside();
  if (share.stopped)
    stopAsWell(std::move(*share.stopped));
  if (share.outOfMemory)
    throw std::bad_alloc();
}

} // namespace xphi::compiler
