// Timing of short loops against each other: pinned to one core, warmed up, interleaved.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Frequency and neighbours change from one millisecond to the next, so what is to be compared runs
// in turns, every contestant in every round. The best round says what the code can do, the median
// what one gets.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace xphi::measure {

struct Contestant {
  std::string name;
  std::function<void()> run;
  std::vector<double> nanoseconds; ///< one figure a round, in the order of the rounds

  double best() const;
  double median() const;
};

/// Runs every contestant twice a round and records the second time, when its data is as close as it
/// can be. The first `warmUp` rounds are not recorded.
void interleave(std::span<Contestant> contestants, int rounds, int warmUp = 3);

/// Keeps the calling thread on the core it is on, for the object's life.
class PinnedThread {
public:
  PinnedThread();
  ~PinnedThread();
  PinnedThread(const PinnedThread &) = delete;
  PinnedThread &operator=(const PinnedThread &) = delete;

private:
  std::vector<unsigned char> previous;
};

/// Time since its construction.
class Stopwatch {
public:
  double milliseconds() const { return microseconds() / 1e3; }
  double microseconds() const {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
  }

private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start = Clock::now();
};

double median(std::vector<double> values);

/// Standard normal numbers: what an activation meets in a network. The same on every call with the
/// same `stream`, and independent of those of another.
std::vector<float> normalData(std::size_t n, float scale = 1, std::uint64_t stream = 0);

} // namespace xphi::measure
