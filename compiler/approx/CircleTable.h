// sin kπ/64 and cos kπ/64 for k from 0 to 127, as pairs of doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

namespace xphi::compiler {

struct CircleTable {
  static constexpr unsigned steps = 128, columns = 4;

  /// Of each the sine, what that lacks, and the same of the cosine.
  static const std::vector<double> &rows();
};

} // namespace xphi::compiler
