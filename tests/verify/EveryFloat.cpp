// Batches of neighbouring floats, in ascending order, so that steps can be counted.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "EveryFloat.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <mutex>
#include <thread>

namespace xphi::verify {
namespace {

constexpr std::uint64_t patterns = std::uint64_t(1) << 32, batch = std::uint64_t(1) << 20;

/// Floats in ascending order have ascending numbers; −0 and 0 are neighbours.
std::int64_t rankOf(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return bits >> 31 ? -std::int64_t(bits & 0x7fffffff) - 1 : std::int64_t(bits);
}
float ofRank(std::int64_t rank) {
  return std::bit_cast<float>(rank < 0 ? std::uint32_t(-rank - 1) | 0x80000000u
                                       : std::uint32_t(rank));
}

std::uint32_t distanceOf(float a, float b) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) && std::isnan(b) ? 0 : Difference::noNumber;
  if (a == b)
    return 0;
  const std::int64_t distance = std::llabs(rankOf(a) - rankOf(b));
  return std::uint32_t(std::min<std::int64_t>(distance, Difference::noNumber - 1));
}

class Walk {
public:
  Walk(const Kernel &kernel, const Kernel &reference, Pass pass, std::uint64_t stride)
      : kernel(kernel), reference(reference), pass(pass), stride(stride) {}

  void thread(const std::function<void(double)> &did) {
    Differences own;
    std::vector<float> x, got(batch), expected(batch), one(batch, 1.0f);
    while (!failed) {
      const std::uint64_t first = next.fetch_add(batch * stride);
      if (first >= patterns)
        break;
      x.clear();
      for (std::uint64_t i = first; i < std::min(first + batch * stride, patterns); i += stride)
        x.push_back(ofRank(std::int64_t(i) - std::int64_t(patterns / 2)));
      run(kernel, x, one, got);
      run(reference, x, one, expected);
      compare(x, got, expected, own);
      did(double(x.size() * stride));
    }
    const std::lock_guard lock(mutex);
    add(own);
  }

  Result<Differences> result() {
    if (failed)
      return *failure;
    std::ranges::stable_sort(all.largest, {}, &Difference::x);
    keepLargest(all);
    return std::move(all);
  }

private:
  void run(const Kernel &which, const std::vector<float> &x, const std::vector<float> &one,
           std::vector<float> &y) {
    const std::span<const float> inputs(x), dy(one.data(), x.size());
    const std::span<float> results(y.data(), x.size());
    const Status done =
        pass == Pass::Value ? which.forward(inputs, results) : which.backward(inputs, dy, results);
    if (done || failed.exchange(true))
      return;
    const std::lock_guard lock(mutex);
    failure = done.error();
  }

  static void compare(const std::vector<float> &x, const std::vector<float> &got,
                      const std::vector<float> &expected, Differences &own) {
    own.inputs += x.size();
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::uint32_t distance = distanceOf(got[i], expected[i]);
      ++own.byDistance[std::min<std::size_t>(distance, own.byDistance.size() - 1)];
      if (distance > own.mostBeside())
        own.largest.push_back({x[i], got[i], distance});
      if (own.largest.size() >= 2 * Differences::mostKept)
        keepLargest(own);
      if (i == 0)
        continue;
      own.stepsUp += got[i] > got[i - 1];
      own.stepsDown += got[i] < got[i - 1];
      own.referenceStepsUp += expected[i] > expected[i - 1];
      own.referenceStepsDown += expected[i] < expected[i - 1];
    }
    keepLargest(own);
  }

  static void keepLargest(Differences &differences) {
    std::ranges::stable_sort(differences.largest, std::greater(), &Difference::distance);
    if (differences.largest.size() > Differences::mostKept)
      differences.largest.resize(Differences::mostKept);
  }

  void add(const Differences &own) {
    all.inputs += own.inputs;
    for (std::size_t i = 0; i < own.byDistance.size(); ++i)
      all.byDistance[i] += own.byDistance[i];
    all.largest.insert(all.largest.end(), own.largest.begin(), own.largest.end());
    all.stepsUp += own.stepsUp;
    all.stepsDown += own.stepsDown;
    all.referenceStepsUp += own.referenceStepsUp;
    all.referenceStepsDown += own.referenceStepsDown;
  }

  const Kernel &kernel, &reference;
  const Pass pass;
  const std::uint64_t stride;
  std::atomic<std::uint64_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  Differences all;
  std::optional<Error> failure;
};

} // namespace

Result<Differences> everyFloat(const Kernel &kernel, const Kernel &reference, Pass pass,
                               std::uint64_t stride, unsigned threads,
                               const std::function<void(double)> &did) {
  Walk walk(kernel, reference, pass, stride);
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads; ++i)
      workers.emplace_back([&] { walk.thread(did); });
  }
  return walk.result();
}

} // namespace xphi::verify
