// The steps of a compile as they end: how long each took, and whether to go on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_STAGES_H
#define XPHI_COMPILER_STAGES_H

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xphi::compiler {

class Stages {
public:
  using Milliseconds = std::vector<std::pair<std::string, double>>; ///< of each, in order

  /// `pause` is called between steps, when nothing is locked; null: not.
  explicit Stages(void (*pause)()) : pause(pause) {}

  /// Ends a step, outside of which nothing is locked. False when the budget is used up.
  bool took(std::string_view stage);
  /// Only notes how long it took; steps that are gone through again add up.
  bool noted(std::string_view stage);

  const Milliseconds &milliseconds() const { return spent; }

private:
  void (*pause)();
  Milliseconds spent;
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_STAGES_H
