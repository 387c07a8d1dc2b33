// The threads that share the work of one call.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// oneTBB's, started by the first call that is long enough. A process forked after that has none of
// them, and its calls stay on their thread.
#pragma once

#include <cstddef>
#include <memory>

namespace xphi {

class Workers {
public:
  /// Null for one thread; 0 is one for each core, and there are never more.
  static std::shared_ptr<Workers> make(unsigned threads);
  ~Workers();
  Workers(const Workers &) = delete;
  Workers &operator=(const Workers &) = delete;

  using Task = void (*)(void *context, std::size_t index);
  /// Calls task(context, i) once for each i below count, in any order, on any of the threads, and
  /// returns when all are done. A task must not throw. Whatever goes wrong with the threads, the
  /// caller's does the rest.
  void run(std::size_t count, Task task, void *context) noexcept;

private:
  explicit Workers(unsigned threads);

  struct Arena;
  const std::unique_ptr<Arena> arena;
};

} // namespace xphi
