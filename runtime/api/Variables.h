// The inputs and parameters that derivatives and gradients are taken in, by name and by position.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ProgramText.h"
#include "VariableKind.h"
#include "abi/KernelSpec.h"

#include <string>
#include <vector>

namespace xphi {

constexpr std::size_t maxOrder = 16;

struct Variable {
  std::string name;
  VariableKind kind = VariableKind::Input;
};

/// What CompileOptions ask for, every name checked against the function.
struct Differentiation {
  std::vector<std::string> derivative; ///< of forward, in the order of differentiation
  std::vector<Variable> gradients;     ///< of backward; empty: no backward kernel
  Keep keep = Keep::Input;

  std::vector<std::string> gradientNames() const;
  bool backward() const { return !gradients.empty(); }
};

/// Of CompileOptions::types; X2031 where they do not fit.
Result<ArrayTypes> readTypes(const ProgramText &program, const std::vector<ElementType> &types);

/// The names of a list with commas between them.
std::vector<std::string> separated(std::string_view list);
/// The options that ask for this, beside the program.
CompileOptions optionsOf(const KernelSpec &spec);

/// X2024 for a name the function lacks or that is asked for twice, X2027 for two ways of saying
/// what forward computes.
Result<Differentiation> readDifferentiation(const ProgramText &program,
                                            const CompileOptions &options);

} // namespace xphi
