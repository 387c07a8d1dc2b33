// A compile on a thread of its own, so that it depends on nothing of the caller's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CompileThread.h"

#include "Budget.h"
#include "HostCalls.h"

#include "llvm/Support/ErrorHandling.h"

#include <cfenv>
#include <clocale>
#include <csignal>
#include <flint/flint.h>
#include <mutex>
#include <new>
#include <pthread.h>

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

void run(Errand &errand) {
  const CompileThreadMark mark;
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

void *start(void *argument) {
  Errand &errand = *static_cast<Errand *>(argument);
  if (!hasMemoryForThread()) {
    errand.outOfMemory = true;
    return nullptr;
  }
  flint_cleanup(); // touches the thread-local variables of FLINT and MPFR while there is room
  std::fesetenv(FE_DFL_ENV);
  const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
  if (plain)
    uselocale(plain);
  run(errand);
  flint_cleanup();
  if (plain) {
    uselocale(LC_GLOBAL_LOCALE);
    freelocale(plain);
  }
  return nullptr;
}

bool startThread(pthread_t &thread, Errand &errand) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0)
    return false;
  sigset_t all;
  sigfillset(&all);
  const bool started = pthread_attr_setstacksize(&attributes, stackBytes) == 0 &&
                       pthread_attr_setsigmask_np(&attributes, &all) == 0 &&
                       pthread_create(&thread, &attributes, start, &errand) == 0;
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

} // namespace xphi::compiler
