// The inputs and parameters that derivatives and gradients are taken in, by name and by position.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "CacheKey.h"
#include "ProgramText.h"
#include "VariableKind.h"

#include <optional>
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

  std::string derivativeList() const; ///< "x,alpha", as the compiler takes it
  std::string gradientList() const;
  std::string keepName() const; ///< as the compiler calls it: "x", "y", "mask", "nothing"
  bool backward() const { return !gradients.empty(); }
};

std::string_view keepName(Keep keep);

/// The names of a list with commas between them.
std::vector<std::string> separated(std::string_view list);
/// The options that a kernel was compiled with, from what its key says; nothing for a key of
/// another version of xphi.
std::optional<CompileOptions> optionsOf(const CacheKeyFacts &facts);

/// X2024 for a name the function lacks or that is asked for twice, X2027 for two ways of saying
/// what forward computes.
Result<Differentiation> readDifferentiation(const ProgramText &program,
                                            const CompileOptions &options);

} // namespace xphi
