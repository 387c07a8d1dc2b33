// With blanks where the certificate is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/CodeHash.h"

#include "abi/Certificate.h"
#include "cache/Hash.h"

#include <algorithm>
#include <cstdio>

namespace xphi::compiler {

std::string codeHash(std::string_view artifact) {
  const std::optional<CertificatePlace> place = certificatePlace(artifact);
  if (!place)
    return {};
  std::string bytes(artifact);
  std::fill(bytes.begin() + std::ptrdiff_t(place->begin),
            bytes.begin() + std::ptrdiff_t(place->end), ' ');
  const Hash128 hash = hash128(bytes);
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high),
                static_cast<unsigned long long>(hash.low));
  return text;
}

} // namespace xphi::compiler
