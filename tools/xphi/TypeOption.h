// --type: what the arrays of a kernel hold.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/ElementType.hpp>
#include <xphi/Result.hpp>

#include <CLI/CLI.hpp>

#include <span>
#include <string>
#include <vector>

namespace xphi::command {

struct TypeOption {
  std::string text = "f32";

  void addTo(CLI::App &command);
  /// As CompileOptions::types takes them: of "bf16", or of "f32,bf16->bf16". X3004 for a name that
  /// is none.
  Result<std::vector<ElementType>> get() const;
};

/// Of a command that takes several, each as above: --type once for each.
void addTypesOption(CLI::App &command, std::vector<std::string> &types);

/// "bf16", or "f32,bf16->bf16" where they differ: the inputs', then the result's.
std::string spellTypes(std::span<const ElementType> types);

} // namespace xphi::command
