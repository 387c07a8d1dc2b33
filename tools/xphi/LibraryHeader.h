// The C and C++ header of a library of functions made ahead of time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Session.h"

#include <string>
#include <vector>

namespace xphi::command {

/// A function of the library in one type, as the header tells of it.
struct DeclaredFunction {
  std::string name, doc, original;
  Json declarations; ///< what Engine::emit gives as "declarations": of the functions to be called
  std::vector<Json> twins;           ///< the same of each target, where there are several
  std::vector<std::string> promises; ///< a sentence for each target
};

struct DeclaredLibrary {
  std::string name, compiler, nameSpace;
  std::vector<std::string> targets;
  std::vector<DeclaredFunction> functions;
};

/// C99 with -pedantic, and C++11 to C++23. Texts of the user's are in comments only.
std::string libraryHeader(const DeclaredLibrary &library);

} // namespace xphi::command
