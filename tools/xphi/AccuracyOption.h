// --accuracy and --require: what errors a kernel may have, and whether more is an error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Options.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace xphi::command {

struct AccuracyOption {
  std::string tier = "accurate";
  bool isRequired = false;

  void addTo(CLI::App &command) {
    command
        .add_option("--accuracy", tier,
                    "What is promised: accurate, at most 4 ulp; reproducible, the same bits on "
                    "every target, too")
        ->check(CLI::IsMember({"accurate", "reproducible"}))
        ->capture_default_str();
    command.add_flag("--require", isRequired, "Fail where the check finds the promise not kept");
  }
  Accuracy get() const {
    const Accuracy accuracy =
        tier == "reproducible" ? Accuracy::reproducible() : Accuracy::accurate();
    return isRequired ? accuracy.orError() : accuracy;
  }
};

} // namespace xphi::command
