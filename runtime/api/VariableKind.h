// What a gradient is with respect to: that decides how many numbers it has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace xphi {

/// The gradient of an input has a number for each element, that of a scalar parameter one, that of
/// a channel parameter one for each channel.
enum class VariableKind { Input, Scalar, Channel };

} // namespace xphi
