// The threads that share the work of one call: our own, or the host's executor.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Our own are started by the first call that is worth it, and shared by all engines that ask for as
// many. After a call they wait for the next one with open eyes for a moment: a sleeping thread
// takes longer to wake than a call of some hundred thousand elements takes in all. A process forked
// meanwhile has none of them, and its calls stay on their thread.
#pragma once

#include <xphi/Options.hpp>

#include <cstddef>
#include <memory>

namespace xphi {

class Workers {
public:
  /// Null for one thread; 0 is one for each core, and there are never more. With an executor, its
  /// threads and no others.
  static std::shared_ptr<Workers> make(unsigned threads, const Executor &executor = {});
  virtual ~Workers() = default;
  Workers(const Workers &) = delete;
  Workers &operator=(const Workers &) = delete;

  using Task = void (*)(void *context, std::size_t index);
  /// Calls task(context, i) once for each i below count, in any order, on any of the threads, and
  /// returns when all are done. A task must not throw. The caller's rounding mode and flush-to-zero
  /// hold in all of them. Whatever goes wrong with the threads, the caller's does the rest. False
  /// where a host's executor left one out, or called one twice.
  [[nodiscard]] virtual bool run(std::size_t count, Task task, void *context) noexcept = 0;

protected:
  Workers() = default;
};

} // namespace xphi
