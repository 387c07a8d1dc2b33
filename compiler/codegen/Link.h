// Links an object to a shared object with lld, in this process and in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_LINK_H
#define XPHI_COMPILER_CODEGEN_LINK_H

#include <string>
#include <string_view>

namespace xphi::compiler {

struct LinkResult {
  std::string sharedObject;
  std::string error; ///< empty, or what lld said
  enum { Done, Refused, NoMemory } outcome = Done;
};

/// The result has no undefined symbol: an object that needs one, beside those of `library`, is an
/// error. `library` is an object, too, whose hidden symbols are taken as they are needed; empty for
/// none. The result says that it is called `soname`, unless that is empty.
LinkResult linkShared(std::string_view object, const std::string &soname,
                      std::string_view library = {});

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_LINK_H
