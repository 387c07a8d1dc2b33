// The clock and the count behind a budget.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Budget.h"

#include <cassert>
#include <cstdio>

namespace xphi::compiler {

constinit thread_local std::int64_t heldBytes = 0;

namespace {

constinit thread_local Budget *current = nullptr;
constinit thread_local bool isSecond = false;
constinit thread_local std::int64_t heldAtStart = 0;
constexpr double hardFactor = 1.25, bytesPerMegabyte = 1024 * 1024;

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
}

Budget::~Budget() {
  assert(current == this);
  current = nullptr;
}

Budget::Share::Share(Budget &whole) {
  assert(!current);
  current = &whole;
  isSecond = true;
  heldAtStart = heldBytes;
}

Budget::Share::~Share() { current = nullptr; }

void Budget::takeOver(std::int64_t bytes) {
  held[1].store(0, std::memory_order_relaxed);
  heldBytes += bytes;
}

double Budget::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
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
                : seconds() > limits.seconds           ? Time
                                                       : Nothing,
          before = Nothing;
    isSpent.compare_exchange_strong(before, now);
  }
  return isSpent != Nothing;
}

bool Budget::overrun(std::size_t more) const {
  return megabytes(more) > hardFactor * double(limits.megabytes) ||
         seconds() > hardFactor * limits.seconds;
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
