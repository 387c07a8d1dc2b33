// For options that are unsigned: CLI11 makes 2^64 - 1 of -1, and of all that is larger than that.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace xphi::command {

inline CLI::Validator wholeNumber() {
  return {[](const std::string &text) {
            const bool isOne = !text.empty() && text.size() <= 18 &&
                               text.find_first_not_of("0123456789") == std::string::npos;
            return isOne ? std::string() : "'" + text + "' is no whole number of 18 digits or less";
          },
          ""};
}

} // namespace xphi::command
