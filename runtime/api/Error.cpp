// Error: a coded message, or the mistakes of a program with their picture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/Result.hpp>

#include "dsl/Utf8.h"

namespace xphi {

Error::Error(std::string code, std::string message)
    : errorCode(std::move(code)), text(std::move(message)) {}

Error::Error(std::vector<Diagnostic> diagnostics, std::string picture, std::string colouredPicture)
    : picture(std::move(picture)), colouredPicture(std::move(colouredPicture)),
      places(std::move(diagnostics)) {
  if (!places.empty()) {
    errorCode = places.front().code;
    text = places.front().message;
  }
}

std::string Error::render(bool colour) const {
  if (!picture.empty())
    return colour && !colouredPicture.empty() ? colouredPicture : picture;
  const char *red = colour ? "\033[1;31m" : "", *reset = colour ? "\033[0m" : "";
  return std::string(red) + "error" + reset + " [" + errorCode + "]: " + dsl::printable(text) +
         "\n";
}

} // namespace xphi
