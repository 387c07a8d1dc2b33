// Several objects as one file: a static library, an object, or a shared library.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_JOINOBJECTS_H
#define XPHI_COMPILER_CODEGEN_JOINOBJECTS_H

#include "codegen/Link.h"

#include <string>
#include <string_view>
#include <vector>

namespace xphi::compiler {

struct NamedObject {
  std::string_view name, bytes; ///< the name is that of a member of an archive
};

/// An archive with a table of symbols, as `ar` makes it; the same bytes each time.
LinkResult archive(const std::vector<NamedObject> &objects);

/// One object; symbols that are local stay local.
LinkResult linkRelocatable(const std::vector<NamedObject> &objects);

/// See Link.h.
LinkResult linkShared(const std::vector<NamedObject> &objects, const std::string &soname);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_JOINOBJECTS_H
