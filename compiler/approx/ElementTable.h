// What a function of one input of 8 bits gives for each element there is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_APPROX_ELEMENTTABLE_H
#define XPHI_COMPILER_APPROX_ELEMENTTABLE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace xphi::compiler {

/// Of a value the results, or of a gradient the slopes; by the bits of the input.
struct ElementTable {
  static constexpr std::size_t size = 256;

  std::vector<std::uint32_t> results; ///< their bits
  std::vector<float> slopes;
  /// A slope that is zero was chosen, so that nothing of an infinite gradient passes.
  bool zerosAreChosen = false;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_APPROX_ELEMENTTABLE_H
