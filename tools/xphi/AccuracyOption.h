// --accuracy and --require: what errors a kernel may have, and whether more is an error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Options.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace xphi::command {

struct AccuracyOption {
  std::string tier = "accurate";
  bool isRequired = false, isReproducible = false;

  void addTo(CLI::App &command) {
    CLI::Option *accuracy =
        command
            .add_option(
                "--accuracy", tier,
                "What is promised: accurate, at most 4 ulp; ulp:K, at most K; reproducible, the "
                "same bits on every target, too; fast, 2^-14 of the result; exact, the nearest "
                "float")
            ->check(CLI::Validator(
                [](const std::string &name) {
                  return Accuracy::named(name) ? std::string()
                                               : "there are accurate, reproducible, fast, exact "
                                                 "and ulp:K, such as ulp:2";
                },
                "{accurate,reproducible,fast,exact} or ulp:K"))
            ->capture_default_str();
    command.add_flag("--reproducible", isReproducible, "--accuracy reproducible")
        ->excludes(accuracy);
    command.add_flag("--require", isRequired, "Fail where the check finds the promise not kept");
  }
  Accuracy get() const {
    const Accuracy accuracy = isReproducible ? Accuracy::reproducible() : *Accuracy::named(tier);
    return isRequired ? accuracy.orError() : accuracy;
  }
};

} // namespace xphi::command
