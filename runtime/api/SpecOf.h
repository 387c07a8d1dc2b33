// From a program and CompileOptions to what is compiled, and what there is to say against it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ProgramText.h"
#include "Variables.h"
#include "abi/KernelSpec.h"

#include <string>

namespace xphi {

/// X2009 for more than a call can carry.
Status checkOperands(const ProgramText &program, const Differentiation &differentiation);

/// X2031 for types that do not fit.
Result<KernelSpec> specOf(const ProgramText &program, const Differentiation &differentiation,
                          const CompileOptions &wanted, std::string target);

/// Of the variables that are differentiated in, each place once; and why the cache is not used.
Kernel::Warnings warningsOf(const ProgramText &program, const Differentiation &differentiation,
                            const std::string &cacheRefusal);

} // namespace xphi
