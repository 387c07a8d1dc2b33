// Links objects with lld, in this process and in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_LINK_H
#define XPHI_COMPILER_CODEGEN_LINK_H

#include <string>
#include <string_view>
#include <vector>

namespace xphi::compiler {

struct LinkResult {
  std::string bytes;
  std::string error; ///< empty, or what lld said
  enum { Done, Refused, NoMemory } outcome = Done;
};

/// With these options of lld's; one link at a time.
LinkResult link(const std::vector<std::string_view> &objects,
                const std::vector<std::string> &options);

/// The result has no undefined symbol: an object that needs one, beside those of the others, is an
/// error. It says that it is called `soname`, unless that is empty.
LinkResult linkShared(const std::vector<std::string_view> &objects, const std::string &soname);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_LINK_H
