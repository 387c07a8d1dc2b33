// Random well-typed programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <cstdint>

namespace xphi::dsl {

/// Two definitions, the second calling the first now and then, of every kind of expression. The
/// same for the same seed on every machine.
Program randomProgram(uint64_t seed);

} // namespace xphi::dsl
