// The clock and the count behind a budget.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Budget.h"

#include <cassert>
#include <cstdio>

namespace xphi::compiler {

constinit thread_local std::int64_t heldBytes = 0;

namespace {

constinit thread_local Budget *current = nullptr;
constexpr double hardFactor = 1.25, bytesPerMegabyte = 1024 * 1024;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

} // namespace

Budget::Budget(const Limits &limits) : limits(limits), heldAtStart(heldBytes) {
  assert(!current && "a thread compiles one function at a time");
  current = this;
}

Budget::~Budget() {
  assert(current == this);
  current = nullptr;
}

double Budget::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Budget::megabytes(std::size_t more) const {
  return (double(heldBytes - heldAtStart) + double(more)) / bytesPerMegabyte;
}

bool Budget::spent() {
  if (!isSpent) {
    byMemory = megabytes() > double(limits.megabytes);
    isSpent = byMemory || seconds() > limits.seconds;
  }
  return isSpent;
}

bool Budget::overrun(std::size_t more) const {
  return megabytes(more) > hardFactor * double(limits.megabytes) ||
         seconds() > hardFactor * limits.seconds;
}

std::string Budget::message() const {
  const bool memory = isSpent ? byMemory : megabytes() > double(limits.megabytes);
  return "compiling this function takes more than " +
         (memory ? std::to_string(limits.megabytes) + " MiB of memory"
                 : number(limits.seconds) + " seconds") +
         ". Write it with fewer operations, ask for fewer or lower derivatives, or raise " +
         (memory ? "Options::compileMegabytes" : "Options::compileSeconds");
}

bool budgetSpent() { return current && current->spent(); }

Budget *currentBudget() { return current; }

} // namespace xphi::compiler
