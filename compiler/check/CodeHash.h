// Names the bytes of an artifact, but for its certificate, which has the name in it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_CODEHASH_H
#define XPHI_COMPILER_CHECK_CODEHASH_H

#include <string>
#include <string_view>

namespace xphi::compiler {

/// 32 digits: XXH3-128, which notices damage and mistakes, and is no signature. Empty for what has
/// no place for a certificate.
std::string codeHash(std::string_view artifact);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_CODEHASH_H
