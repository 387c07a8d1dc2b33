// Timing of short loops against each other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "measure/Measure.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <sched.h>

namespace xphi::measure {

double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double Contestant::best() const {
  return nanoseconds.empty() ? 0 : *std::min_element(nanoseconds.begin(), nanoseconds.end());
}

double Contestant::median() const { return measure::median(nanoseconds); }

void interleave(std::span<Contestant> contestants, int rounds, int warmUp) {
  for (int round = -warmUp; round < rounds; ++round)
    for (Contestant &contestant : contestants) {
      // The others have pushed its data out of the cache: the first call brings it back.
      contestant.run();
      Stopwatch watch;
      contestant.run();
      double elapsed = watch.microseconds() * 1e3;
      if (round >= 0)
        contestant.nanoseconds.push_back(elapsed);
    }
}

PinnedThread::PinnedThread() : previous(sizeof(cpu_set_t)) {
  auto *before = reinterpret_cast<cpu_set_t *>(previous.data());
  int here = sched_getcpu();
  if (here < 0 || sched_getaffinity(0, sizeof(cpu_set_t), before) != 0) {
    previous.clear();
    return;
  }
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(here, &one);
  sched_setaffinity(0, sizeof one, &one);
}

PinnedThread::~PinnedThread() {
  if (!previous.empty())
    sched_setaffinity(0, previous.size(), reinterpret_cast<const cpu_set_t *>(previous.data()));
}

std::vector<float> normalData(std::size_t n, float scale, std::uint64_t stream) {
  // splitmix64 and Box-Muller, spelled out: the standard's distributions differ from library to
  // library.
  std::uint64_t state = 0x9e3779b97f4a7c15 + stream * 0xd1342543de82ef95; // far apart
  auto uniform = [&state] {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (static_cast<double>((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
  };
  std::vector<float> data(n);
  for (float &x : data) {
    double radius = std::sqrt(-2 * std::log(uniform()));
    x = scale * static_cast<float>(radius * std::cos(2 * std::numbers::pi * uniform()));
  }
  return data;
}

} // namespace xphi::measure
