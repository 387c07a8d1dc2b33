// What one compile may use, of time and of memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Time is the processor's, of both threads, so that other tasks of the machine do not count; but a
// thread that waits for ever ends, too, after eight times as long.
//
// Checked in three places. Between steps, where stopping is clean (Pipeline.cpp). Before each
// rewriting, so that a step which does not end by itself ends (RealFunctions.cpp). And, a quarter
// beyond the limit, by every allocation (HostCalls.cpp): there an exception leaves LLVM where it
// stands, and what that compile had allocated stays behind.
#ifndef XPHI_COMPILER_BUDGET_H
#define XPHI_COMPILER_BUDGET_H

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>

namespace xphi::compiler {

struct Limits {
  double seconds = 10;
  std::uint64_t megabytes = 1024; ///< MiB
};

/// The budget of the thread that it is made on, while it lives, and of a second one beside it.
class Budget {
public:
  /// Made on the second thread; there is one at a time.
  class Share {
  public:
    explicit Share(Budget &whole);
    ~Share();
    Share(const Share &) = delete;
    Share &operator=(const Share &) = delete;

  private:
    Budget &whole;
  };

  explicit Budget(const Limits &limits);
  ~Budget();
  Budget(const Budget &) = delete;
  Budget &operator=(const Budget &) = delete;

  /// Once true, always true.
  bool spent();
  /// Whether it is a quarter beyond, with `more` bytes.
  bool overrun(std::size_t more) const;
  /// What was used up, and what to do.
  std::string message() const;
  /// The second thread is gone: what it left allocated is this one's.
  void takeOver(std::int64_t bytes);

private:
  enum Spent { Nothing, Time, Memory };
  bool isLate(double factor = 1) const;
  double processorSeconds() const;
  double megabytes(std::size_t more = 0) const;

  const Limits limits;
  const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  /// Nanoseconds of the processor that a thread has used, and its clock; of the second while it
  /// lives, and before.
  struct Thread {
    std::atomic<bool> isRunning = false;
    clockid_t clock = {};
    std::int64_t begin = 0;
    std::atomic<std::int64_t> used = 0;

    void run();
    void end();
    std::int64_t nanoseconds() const;
  };
  std::array<Thread, 2> threads;
  mutable std::array<std::atomic<std::int64_t>, 2> held = {}; ///< bytes, by thread, as it last said
  std::atomic<Spent> isSpent = Nothing;
};

/// Whether the compile that this thread works for has used its budget up; cheap. False outside
/// of one.
bool budgetSpent();

/// This thread's budget, or null.
Budget *currentBudget();

/// Bytes that this thread has allocated and not freed; kept by HostCalls.cpp.
extern thread_local std::int64_t heldBytes;

} // namespace xphi::compiler

#endif // XPHI_COMPILER_BUDGET_H
