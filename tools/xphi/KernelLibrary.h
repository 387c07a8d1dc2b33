// Many functions ahead of time, as one library with one header.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "AheadFunctions.h"
#include "Session.h"

#include <string>
#include <vector>

namespace xphi::command {

struct LibraryRequest {
  std::string name;                 ///< of the library, its header and its description
  std::string kind;                 ///< "archive", "object", "shared"
  std::string soname;               ///< of a shared library
  std::string prefix, nameSpace;    ///< of the functions in C, and around them in C++; or empty
  std::vector<std::string> targets; ///< with more than one, each function also picks among them
};

struct KernelLibrary {
  std::string bytes, header;
  Json description;
};

/// Compiles each function for each target, on as many threads as there are cores. X3004 where two
/// functions have one name, X1101 where a required promise is not kept.
Result<KernelLibrary> makeLibrary(const std::vector<AheadFunction> &functions,
                                  const LibraryRequest &request, Session &session);

} // namespace xphi::command
