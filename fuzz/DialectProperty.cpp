// Through the compiler, down to the derivatives in its dialect.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "fuzz/Properties.h"

#include <xphi/Engine.hpp>

namespace xphi::fuzz {

std::string complaintOfDialect(std::string_view text) {
  static Engine engine;
  Result<std::string> derived = engine.emit(text, "stage:derived");
  bool refusedByTheLanguage = !derived && derived.error().code().starts_with("X0");
  return derived || refusedByTheLanguage ? "" : derived.error().render();
}

} // namespace xphi::fuzz
