// The certificates of a library made ahead of time, checked again on the library's own code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CERTIFYLIBRARY_H
#define XPHI_COMPILER_CERTIFYLIBRARY_H

#include "check/Certification.h"

namespace xphi::compiler {

/// Of one function for one target. `bytes` are those of an object, an archive or a shared library;
/// the rest is as in LibraryCode.
Certification certifyLibrary(std::string_view bytes, std::string description, std::string function,
                             std::uint64_t seed, std::size_t points, double seconds);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CERTIFYLIBRARY_H
