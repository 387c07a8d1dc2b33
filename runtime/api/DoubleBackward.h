// The second backward pass of a function, as a function of its own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ProgramText.h"

#include <string>
#include <vector>

namespace xphi {

struct DoubleBackward {
  std::string text;                   ///< the program of f and, last, of f_double_backward
  std::vector<std::string> gradients; ///< the inputs of f, then dy
};

/// `def f_double_backward(x, dy, v_x; ...) = dy * v_x * diff(f(x; ...), x)`: what backward gives
/// for dx, multiplied with the gradient v_x that comes back for it, summed over the inputs. Its
/// gradients in x and dy are those of the double backward pass.
DoubleBackward doubleBackward(const ProgramText &program);

} // namespace xphi
