// What the backward pass reads of the forward pass.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Export.hpp>

#include <string_view>

namespace xphi {

/// What the backward kernel reads of the forward pass, besides dy. Functions of one input, and one
/// gradient, have the choice; Engine::enoughToKeep says what suffices.
enum class Keep {
  Input,   ///< x
  Output,  ///< y: rounded as it was, so where y is close to a limit the gradient has fewer digits:
           ///< it is good to 2^-20 of the larger of itself and the slope at 0
  Mask,    ///< one bit an element, which forward writes beside y; it cannot say that x is NaN, so
           ///< forward returns X2047 then, with y and the mask complete
  Nothing, ///< the derivative is the same everywhere, even where x is NaN
};

inline constexpr Keep everyKeep[] = {Keep::Input, Keep::Output, Keep::Mask, Keep::Nothing};

/// "x", "y", "mask", "nothing"
constexpr std::string_view nameOf(Keep keep) noexcept {
  constexpr std::string_view names[] = {"x", "y", "mask", "nothing"};
  return names[int(keep)];
}

} // namespace xphi
