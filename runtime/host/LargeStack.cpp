// Room for deep recursion on threads that have little.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LargeStack.h"

#include <csignal>
#include <cstdint>
#include <pthread.h>

namespace xphi {
namespace {

constexpr std::size_t largeStackBytes = std::size_t(8) << 20;

struct Bounds {
  std::uintptr_t low = 0, high = 0;

  Bounds() {
    pthread_attr_t attributes;
    if (::pthread_getattr_np(::pthread_self(), &attributes) != 0)
      return;
    void *lowest = nullptr;
    std::size_t size = 0;
    if (::pthread_attr_getstack(&attributes, &lowest, &size) == 0) {
      low = reinterpret_cast<std::uintptr_t>(lowest);
      high = low + size;
    }
    ::pthread_attr_destroy(&attributes);
  }
};

struct Errand {
  void (*work)(void *);
  void *context;
};

} // namespace

std::size_t stackLeft() {
  thread_local const Bounds bounds;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return here > bounds.low && here <= bounds.high ? here - bounds.low : 0;
}

bool withLargeStack(std::size_t needed, void (*work)(void *), void *context) noexcept {
  if (stackLeft() >= needed) {
    work(context);
    return true;
  }
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0)
    return false;
  // The host's signals are for the host's threads.
  sigset_t all;
  ::sigfillset(&all);
  Errand errand{work, context};
  pthread_t thread;
  const auto start = [](void *argument) -> void * {
    const Errand &errand = *static_cast<Errand *>(argument);
    errand.work(errand.context);
    return nullptr;
  };
  const bool started = ::pthread_attr_setstacksize(&attributes, largeStackBytes) == 0 &&
                       ::pthread_attr_setsigmask_np(&attributes, &all) == 0 &&
                       ::pthread_create(&thread, &attributes, start, &errand) == 0;
  ::pthread_attr_destroy(&attributes);
  if (started)
    ::pthread_join(thread, nullptr);
  return started;
}

} // namespace xphi
