// --keep: what the backward kernel reads of the forward pass.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Options.hpp>

#include <CLI/CLI.hpp>

#include <map>
#include <string>

namespace xphi::command {

inline void addKeepOption(CLI::App &command, Keep &keep) {
  static const std::map<std::string, Keep> names{
      {"x", Keep::Input}, {"y", Keep::Output}, {"mask", Keep::Mask}, {"nothing", Keep::Nothing}};
  command
      .add_option("--keep", keep,
                  "What backward reads of the forward pass: x, y, mask (a bit an element) or "
                  "nothing")
      ->transform(
          CLI::CheckedTransformer(names, CLI::ignore_case).description("{x,y,mask,nothing}"));
}

} // namespace xphi::command
