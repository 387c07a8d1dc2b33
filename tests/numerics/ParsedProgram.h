// A program of a test, read with the library's functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <memory>
#include <stdexcept>
#include <string>

namespace xphi::numerics {

inline std::shared_ptr<const dsl::Program> parsed(const std::string &text) {
  const dsl::ParseResult result = dsl::analyse({"<test>", text}, &lib::library());
  if (!result)
    throw std::runtime_error(result.render());
  return result.program;
}

} // namespace xphi::numerics
