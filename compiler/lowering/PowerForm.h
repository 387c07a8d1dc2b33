// What is known of powers in f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_POWERFORM_H
#define XPHI_COMPILER_LOWERING_POWERFORM_H

namespace xphi::compiler {

/// a^b as e^(b·log a). The logarithm is a pair of floats, off by 0.0435 · 2^-24 of itself (at every
/// float from 2^-3.5 to 2^3.5, and by less farther from 1), the exponential of a pair by 1.42 of
/// its result.
struct PowerInF32 {
  /// Of a pair, which may be off by 2^-35 of itself: 0.008 of the result.
  static constexpr double mostOfPairs = 16;               ///< of |b|
  static constexpr double domain = 24;                    ///< of |b·log a|
  static constexpr double parts = 1.43 + domain * 0.0435; ///< the error, in 2^-24 of the result
  static constexpr double least = 3.7e-11, most = 2.7e10; ///< magnitudes, but for 0 where a is
  static constexpr double cost = 62;                      ///< in vector instructions
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_POWERFORM_H
