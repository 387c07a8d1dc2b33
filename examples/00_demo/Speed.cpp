// How fast a kernel is, next to copying the same numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Speed.h"

#include "measure/Measure.h"

#include <fmt/format.h>

#include <cstring>
#include <vector>

namespace demo {

xphi::Status showSpeed(const xphi::Kernel &kernel) {
  constexpr std::size_t n = std::size_t(1) << 20;
  std::vector<float> x = xphi::measure::normalData(n), dy(n, 1), y(n), dx(n), copy(n);
  if (xphi::Status done = kernel.forward(x, y); !done)
    return done;
  if (xphi::Status done = kernel.backward(x, dy, dx); !done)
    return done;
  xphi::Status last;
  xphi::measure::Contestant contestants[] = {
      {"memcpy", [&] { std::memcpy(copy.data(), x.data(), n * sizeof(float)); }, {}},
      {"forward", [&] { last = kernel.forward(x, y); }, {}},
      {"backward", [&] { last = kernel.backward(x, dy, dx); }, {}},
  };
  xphi::measure::PinnedThread pinned;
  xphi::measure::interleave(contestants, 101);
  double copyTime = contestants[0].best();
  for (const auto &contestant : contestants)
    fmt::print("  {:8} {:9.3f} ns/element {:8.1f} x memcpy\n", contestant.name,
               contestant.best() / n, contestant.best() / copyTime);
  return last;
}

} // namespace demo
