// --gradients: what the backward kernel writes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Options.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace xphi::command {

/// "all" as well as "*", which a shell takes for its own.
inline void addGradientsOption(CLI::App &command, std::vector<std::string> &gradients) {
  command
      .add_option("--gradients", gradients,
                  "What backward writes: inputs and parameters by name, or all; every input by "
                  "default")
      ->delimiter(',')
      ->transform(CLI::Validator(
          [](std::string &name) {
            if (name == "all")
              name = CompileOptions::allGradients().front();
            return std::string();
          },
          "names or {all}"));
}

} // namespace xphi::command
