// --wrt and the order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "DerivativeOption.h"

#include "Session.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {

void DerivativeOption::addTo(CLI::App &command, const std::string &orderName) {
  command.add_option(orderName, order, "How often to differentiate")->check(CLI::Range(0, 16));
  command
      .add_option("--wrt", wrt,
                  "In which input or parameter; several for a mixed derivative: x,alpha")
      ->delimiter(',');
}

Status DerivativeOption::apply(CompileOptions &options, unsigned least) const {
  if (wrt.empty()) {
    options.order = order.value_or(least);
    return {};
  }
  if (wrt.size() == 1)
    options.derivative.assign(order.value_or(std::max(least, 1u)), wrt[0]);
  else if (order && *order != wrt.size())
    return Error(code::badOption, fmt::format("--wrt {} is a derivative of order {}, not {}",
                                              fmt::join(wrt, ","), wrt.size(), *order));
  else
    options.derivative = wrt;
  return {};
}

Result<std::vector<std::string>> DerivativeOption::variables(const std::vector<std::string> &inputs,
                                                             unsigned least) const {
  CompileOptions options;
  if (Status applied = apply(options, least); !applied)
    return applied.error();
  if (options.order != 0)
    options.derivative.assign(options.order, inputs.at(0));
  return options.derivative;
}

} // namespace xphi::command
