// The clock and the count behind a budget.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Budget.h"

#include <cassert>
#include <cstdio>
#include <pthread.h>

namespace xphi::compiler {

constinit thread_local std::int64_t heldBytes = 0;

namespace {

constinit thread_local Budget *current = nullptr;
constinit thread_local bool isSecond = false;
constinit thread_local std::int64_t heldAtStart = 0;
constexpr double hardFactor = 1.25, bytesPerMegabyte = 1024 * 1024;
// Times the limit that the clock may show where the processor was not at work for us.
constexpr double patience = 8;

std::int64_t nanosecondsOf(clockid_t clock) {
  timespec now = {};
  return clock_gettime(clock, &now) == 0 ? now.tv_sec * std::int64_t(1'000'000'000) + now.tv_nsec
                                         : 0;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

} // namespace

Budget::Budget(const Limits &limits) : limits(limits) {
  assert(!current && "a thread compiles one function at a time");
  current = this;
  heldAtStart = heldBytes;
  threads[0].run();
}

Budget::~Budget() {
  assert(current == this);
  current = nullptr;
}

Budget::Share::Share(Budget &whole) : whole(whole) {
  assert(!current);
  current = &whole;
  isSecond = true;
  heldAtStart = heldBytes;
  whole.threads[1].run();
}

Budget::Share::~Share() {
  whole.threads[1].end();
  current = nullptr;
}

void Budget::Thread::run() {
  if (pthread_getcpuclockid(pthread_self(), &clock) != 0)
    return;
  begin = nanosecondsOf(clock);
  isRunning.store(true, std::memory_order_release);
}

void Budget::Thread::end() {
  if (isRunning.exchange(false))
    used += nanosecondsOf(clock) - begin;
}

// Of another thread, which may end meanwhile: then its clock gives nothing.
std::int64_t Budget::Thread::nanoseconds() const {
  const std::int64_t before = used;
  if (!isRunning.load(std::memory_order_acquire))
    return before;
  const std::int64_t now = nanosecondsOf(clock);
  return now > begin ? before + now - begin : before;
}

void Budget::takeOver(std::int64_t bytes) {
  held[1].store(0, std::memory_order_relaxed);
  heldBytes += bytes;
}

double Budget::processorSeconds() const {
  std::int64_t sum = 0;
  for (const Thread &each : threads)
    sum += each.nanoseconds();
  return 1e-9 * double(sum);
}

// The clock is asked first: it takes no call of the kernel.
bool Budget::isLate(double factor) const {
  const double limit = factor * limits.seconds,
               passed =
                   std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return passed > limit && (passed > patience * limit || processorSeconds() > limit);
}

double Budget::megabytes(std::size_t more) const {
  held[isSecond].store(heldBytes - heldAtStart, std::memory_order_relaxed);
  std::int64_t bytes = 0;
  for (const auto &each : held)
    bytes += each.load(std::memory_order_relaxed);
  return (double(bytes) + double(more)) / bytesPerMegabyte;
}

bool Budget::spent() {
  if (isSpent == Nothing) {
    Spent now = megabytes() > double(limits.megabytes) ? Memory
                : isLate()                             ? Time
                                                       : Nothing,
          before = Nothing;
    isSpent.compare_exchange_strong(before, now);
  }
  return isSpent != Nothing;
}

bool Budget::overrun(std::size_t more) const {
  return megabytes(more) > hardFactor * double(limits.megabytes) || isLate(hardFactor);
}

std::string Budget::message() const {
  const Spent what = isSpent;
  const bool memory = what == Nothing ? megabytes() > double(limits.megabytes) : what == Memory;
  return "compiling this function takes more than " +
         (memory ? std::to_string(limits.megabytes) + " MiB of memory"
                 : number(limits.seconds) + " seconds") +
         ". Write it with fewer operations, ask for fewer or lower derivatives, or raise " +
         (memory ? "Options::compileMegabytes" : "Options::compileSeconds");
}

bool budgetSpent() { return current && current->spent(); }

Budget *currentBudget() { return current; }

} // namespace xphi::compiler
