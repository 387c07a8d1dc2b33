// --wrt and the order: which derivative a subcommand is about.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Options.hpp>
#include <xphi/Result.hpp>

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace xphi::command {

struct DerivativeOption {
  std::vector<std::string> wrt;
  std::optional<unsigned> order;

  /// `orderName` is "--grad" or "--order".
  void addTo(CLI::App &command, const std::string &orderName);

  /// The variables to differentiate in, one after the other: `--wrt x` once, or as often as the
  /// order says; `--wrt x,alpha` as written; without --wrt the first input. `least` is the order
  /// where nothing is said. X3004 where order and --wrt contradict each other.
  Result<std::vector<std::string>> variables(const std::vector<std::string> &inputs,
                                             unsigned least = 0) const;
  /// The same for the engine.
  Status apply(CompileOptions &options, unsigned least = 0) const;
};

} // namespace xphi::command
