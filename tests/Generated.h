// What tests of programs that are put together by dice share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace xphi {

/// The number in an environment variable: how many programs, or the first one's seed.
inline std::uint64_t setting(const char *name, std::uint64_t otherwise) {
  const char *text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// With `with` wherever `what` stands, which is not in it.
inline std::string replaced(std::string text, char what, const std::string &with) {
  for (std::size_t at; (at = text.find(what)) != std::string::npos;)
    text.replace(at, 1, with);
  return text;
}

} // namespace xphi
