// A checked program built once more in C++, through the public builder.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <xphi/Expression.hpp>

namespace xphi::property {

/// The program's last definition. The builder names and places lets by its own rules: compare
/// without them.
Function built(const dsl::Program &program);

} // namespace xphi::property
