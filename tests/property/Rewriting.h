// Copies of programs with one thing changed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <functional>
#include <string>

namespace xphi::property {

/// The program without lets: each name replaced by what it stands for.
dsl::Program withoutLets(const dsl::Program &program);

/// Whether a text still shows the failure that is to be explained.
using StillFails = std::function<bool(const std::string &text)>;

/// The shortest text found by putting operands, variables and numbers in place of expressions and
/// by leaving out clauses, after at most so many trials.
std::string shrunk(std::string text, const StillFails &stillFails, unsigned trials);

} // namespace xphi::property
