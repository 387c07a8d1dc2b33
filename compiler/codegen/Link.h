// Links an object to a shared object with lld, in this process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_LINK_H
#define XPHI_COMPILER_CODEGEN_LINK_H

#include <string>
#include <string_view>

namespace xphi::compiler {

struct LinkResult {
  std::string sharedObject;
  std::string error; ///< empty, or what lld said
};

/// The result has no undefined symbol: an object that needs one is an error. It says that it is
/// called `soname`, unless that is empty.
LinkResult linkShared(std::string_view object, const std::string &soname);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_LINK_H
