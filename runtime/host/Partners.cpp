// How a call is offered to waiting threads, and taken back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Partners.h"

#include "ForkGate.h"

#include <algorithm>
#include <csignal>
#include <thread>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace xphi {
namespace {

using std::chrono::microseconds;

// How long a thread waits with open eyes: longer than what a training loop does between two calls,
// shorter than anybody minds a core for.
constexpr auto patience = microseconds(150);
// Between two looks at the clock, where nothing else runs on this core, a few microseconds pass.
// After more, somebody else wants it.
constexpr auto interruption = microseconds(50);
constexpr int looks = 64;
// Calls of this many parts wake sleeping threads at once, shorter ones when several come together:
// waking costs the caller some microseconds.
constexpr std::size_t partsWorthWaking = 8;
// A sweep over tensors, and the longest artifact.
constexpr std::size_t stackBytes = std::size_t(4) << 20;

void relax() {
#ifdef __x86_64__
  _mm_pause();
#endif
}

} // namespace

Partners::Partners(unsigned threads)
    : wanted(threads), generation(ForkGate::instance().generation()) {}

bool Partners::isLost() const { return generation != ForkGate::instance().generation(); }

Partners::~Partners() {
  if (isLost())
    return;
  over = true;
  call += 2;
  call.notify_all();
  for (const pthread_t thread : threads)
    ::pthread_join(thread, nullptr);
}

void Partners::start() noexcept {
  if (started)
    return;
  started = true; // once, also where there are no threads to be had
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0)
    return;
  // The host's signals are for the host's threads.
  sigset_t all;
  ::sigfillset(&all);
  if (::pthread_attr_setstacksize(&attributes, stackBytes) == 0 &&
      ::pthread_attr_setsigmask_np(&attributes, &all) == 0) {
    const auto begin = [](void *self) -> void * {
      static_cast<Partners *>(self)->serve();
      return nullptr;
    };
    try {
      threads.reserve(wanted);
    } catch (...) {
      ::pthread_attr_destroy(&attributes);
      return;
    }
    pthread_t thread;
    while (threads.size() != wanted && ::pthread_create(&thread, &attributes, begin, this) == 0)
      threads.push_back(thread);
  }
  ::pthread_attr_destroy(&attributes);
}

bool Partners::worthWaking(std::size_t parts) {
  const Clock::time_point now = Clock::now();
  waiting = now - lastCall < patience ? waiting + parts : parts;
  if (waiting < partsWorthWaking)
    return false;
  waiting = 0;
  return true;
}

void Partners::wake() noexcept {
  const std::uint32_t sleeping = asleep.load();
  if (sleeping == 0 || called || !worthWaking(count))
    return;
  called = true;
  for (std::size_t i = 0; i != std::min<std::size_t>(sleeping, count - 1); ++i)
    call.notify_one();
}

void Partners::takeParts() noexcept {
  for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;)
    task(context, i);
}

bool Partners::run(std::size_t parts, Task given, void *argument) noexcept {
  const bool mine = parts > 1 && !isLost() && !taken.exchange(true, std::memory_order_acquire);
  if (!mine) {
    for (std::size_t i = 0; i != parts; ++i)
      given(argument, i);
    return true;
  }
  start();
  task = given;
  context = argument;
  count = parts;
  mode = RoundingMode::current();
  next.store(0, std::memory_order_relaxed);
  seats.store(std::int64_t(parts) - 1, std::memory_order_relaxed);
  call.fetch_add(1); // open
  wake();
  takeParts();
  call.fetch_add(1); // closed: who is not inside by now does not come in
  for (int i = 0; inside.load() != 0; ++i) {
    relax();
    if (i >= looks * 16) // a partner's core was taken away
      std::this_thread::yield();
  }
  lastCall = Clock::now();
  taken.store(false, std::memory_order_release);
  return true;
}

/// Waits until `call` is something else than what was seen.
std::uint32_t Partners::nextCall(std::uint32_t seen) noexcept {
  const Clock::time_point start = Clock::now();
  for (Clock::time_point before = start;;) {
    for (int i = 0; i != looks; ++i) {
      if (const std::uint32_t now = call.load(std::memory_order_acquire); now != seen)
        return now;
      relax();
    }
    const Clock::time_point now = Clock::now();
    if (now - start > patience || now - before > interruption)
      break;
    before = now;
  }
  called = false;
  asleep.fetch_add(1);
  call.wait(seen);
  called = false;
  asleep.fetch_sub(1);
  return call.load(std::memory_order_acquire);
}

void Partners::serve() noexcept {
  for (std::uint32_t seen = 0; !over;) {
    if ((seen & 1) != 0 && seats.load(std::memory_order_relaxed) > 0 && seats.fetch_sub(1) > 0) {
      inside.fetch_add(1);
      if (call.load() == seen) {
        mode.set();
        takeParts();
      }
      inside.fetch_sub(1, std::memory_order_release);
    }
    seen = nextCall(seen);
  }
}

} // namespace xphi
