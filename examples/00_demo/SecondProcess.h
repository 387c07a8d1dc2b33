// Another process that wants the same function: it is in the cache, the compiler is not loaded.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

#include <string>

namespace demo {

/// Starts it and prints what it reports; an error if it had to compile.
xphi::Status showSecondProcess(const std::string &cache, const std::string &text);

/// What it does. Returns its exit code.
int secondProcess(const std::string &cache, const std::string &text);

} // namespace demo
