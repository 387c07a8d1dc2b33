// A few threads that wait for the next call, first with open eyes and then asleep.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "RoundingMode.h"
#include "Workers.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <pthread.h>
#include <vector>

namespace xphi {

class Partners final : public Workers {
public:
  explicit Partners(unsigned threads);
  ~Partners() override;

  /// One call at a time has them; another that comes meanwhile stays on its thread.
  bool run(std::size_t count, Task task, void *context) noexcept override;

  /// In a process forked since: the threads are the parent's.
  bool isLost() const;

private:
  using Clock = std::chrono::steady_clock;

  void start() noexcept;
  bool worthWaking(std::size_t parts);
  void wake() noexcept;
  void takeParts() noexcept;
  void serve() noexcept;
  std::uint32_t nextCall(std::uint32_t seen) noexcept;

  const unsigned wanted;
  const int generation; ///< of the process
  std::vector<pthread_t> threads;
  std::atomic<bool> taken{false}; ///< some call has the partners
  bool started = false;           ///< this and what follows belong to who has taken them
  Clock::time_point lastCall{};
  std::size_t waiting =
      0; ///< parts of calls, one soon after the other, that no partner helped with
  // The call. It is written before `call` says that it is open, and stays until `inside` is 0.
  Task task = nullptr;
  void *context = nullptr;
  std::size_t count = 0;
  RoundingMode mode = RoundingMode::current();

  alignas(64) std::atomic<std::size_t> next{0};
  alignas(64) std::atomic<std::uint32_t> call{0}; ///< odd while a call is open
  std::atomic<std::uint32_t> asleep{0};
  std::atomic<bool> called{false}; ///< sleepers were woken, and none has come yet
  std::atomic<bool> over{false};
  alignas(64) std::atomic<std::uint32_t> inside{0}; ///< partners that may take parts
  std::atomic<std::int64_t> seats{0};               ///< partners that could still be of use
};

} // namespace xphi
