// What is known of a function of one number, whatever the number: a row of each is in XphiOps.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rules, conditions, growth and limits ask here, through the interface FunctionOfOne, so that a new
// function is known to all of them by its row. The first of each list is always a right answer.
#ifndef XPHI_COMPILER_DIALECT_FUNCTIONFACTS_H
#define XPHI_COMPILER_DIALECT_FUNCTIONFACTS_H

#include <cstdint>

namespace xphi::compiler {

/// The largest magnitude of a value of what is said to be bounded.
inline constexpr float mostBounded = 2;

struct FunctionFacts {
  /// Of values, wherever there is one.
  enum class Sign : uint8_t {
    Any,
    NotNegative,
    Positive,
    OfArgument, ///< and zero at zero
  };
  /// Where there is a value, which is a number.
  enum class Domain : uint8_t { Part, All, NotNegative, Positive };
  /// With a growing argument.
  enum class Growth : uint8_t {
    Wild,        ///< as an exponential, or with poles that are passed once
    Logarithm,   ///< slower than any power
    Bounded,     ///< by `mostBounded`, with a slope of at most 2
    Linear,      ///< at most as the argument, with a slope of at most 2
    Line,        ///< as the argument: |x|, -x
    SquareRoot,  ///< as x^(1/2)
    InverseRoot, ///< as x^(-1/2)
    CubeRoot,    ///< as x^(1/3)
    Stairs,      ///< as the argument, in jumps
    Sign,        ///< bounded, and takes infinities as it takes numbers
    Waves,       ///< it oscillates between -1 and 1
    Poles,       ///< it passes poles for ever
  };
  /// What becomes of a relative error of the argument.
  enum class Condition : uint8_t {
    Any,
    TameAboveZero, ///< at most three times the error, for arguments that are not negative
    Tame,          ///< at most three times the error
    LikeArgument,  ///< tame; no further from zero than twice the argument, and like it near zero
  };

  Sign sign;
  Domain domain;
  Growth growth;
  Condition condition;

  bool jumps() const { return growth == Growth::Stairs || growth == Growth::Sign; }
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_FUNCTIONFACTS_H
