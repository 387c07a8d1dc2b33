// How far a check goes, by what the program costs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_EFFORT_H
#define XPHI_COMPILER_CHECK_EFFORT_H

#include "check/KernelCheck.h"

#include <cstddef>

namespace xphi::compiler {

class Effort {
public:
  explicit Effort(const CheckedFunction &function);

  /// How many outputs are compared: not what is made from a rounded y.
  std::size_t outputs() const { return compared; }
  std::size_t pointCount() const;
  /// How many more with parameters at their ends.
  std::size_t extremeCount() const { return pointCount() / 8; }
  /// How many more of f64 beyond floats.
  std::size_t farCount() const { return pointCount() / 4; }
  /// For points, all sets of parameters apart.
  std::size_t room() const { return limit / cost; }
  bool isVeryLarge() const { return room() < 4 * fewest; }

private:
  static constexpr std::size_t fewest = 100, most = 800;
  static constexpr std::size_t limit = 1'000'000; ///< of all points together
  std::size_t compared, cost;                     ///< what one point costs
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_EFFORT_H
