// Who runs the parts of a call.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Workers.h"

#include "ForkGate.h"
#include "Partners.h"
#include "RoundingMode.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <thread>

namespace xphi {
namespace {

class HostWorkers final : public Workers {
public:
  explicit HostWorkers(const Executor &executor) : executor(executor) {}

  bool run(std::size_t count, Task task, void *context) noexcept override {
    struct Call {
      Task task;
      void *context;
      RoundingMode mode;
      std::atomic<std::uint64_t> done{0}; ///< how many, and the sum of their indices
    } call{task, context, RoundingMode::current()};
    const auto part = [](void *argument, std::size_t index) {
      Call &call = *static_cast<Call *>(argument);
      const RoundingScope scope(call.mode);
      call.task(call.context, index);
      call.done.fetch_add(onePart + index, std::memory_order_relaxed);
    };
    executor.run(executor.context, count, part, &call);
    return call.done == count * onePart + count * (count - 1) / 2; // 0 of none
  }

private:
  static constexpr std::uint64_t onePart = std::uint64_t(1) << 40;
  const Executor executor;
};

} // namespace

std::shared_ptr<Workers> Workers::make(unsigned threads, const Executor &executor) {
  if (executor.run)
    return std::make_shared<HostWorkers>(executor);
  const unsigned cores = std::max(std::thread::hardware_concurrency(), 1u); // that we may run on
  const unsigned chosen = threads ? std::min(threads, cores) : cores;
  if (chosen <= 1)
    return nullptr;
  static auto *shared = new std::map<unsigned, std::weak_ptr<Partners>>; // never destroyed
  const auto held = ForkGate::instance().hold();
  std::weak_ptr<Partners> &place = (*shared)[chosen];
  std::shared_ptr<Partners> partners = place.lock();
  if (!partners || partners->isLost())
    place = partners = std::make_shared<Partners>(chosen - 1);
  return partners;
}

} // namespace xphi
