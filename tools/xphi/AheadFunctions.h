// The functions that a call of `xphi compile` names, each with what it is compiled as.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "What.h"

#include <xphi/Options.hpp>
#include <xphi/Result.hpp>

#include <string>
#include <utility>
#include <vector>

namespace xphi::command {

struct AheadFunction {
  What what;              ///< under the name that it has in C
  CompileOptions options; ///< for no target yet
  std::string name;       ///< of the function
  std::string doc;        ///< its `///` lines
  std::string original;   ///< its definition, where parameters of it have values here; or empty
};

/// What the command line says of them.
struct AheadRequest {
  std::vector<std::string> whats, params, types;
  std::string name; ///< for the only function
};

/// "swish=x * sigmoid(x)" gives the function another name. "f.phi:*" is every definition of the
/// file, in order. Each type makes a function of its own. `params` are "alpha=0.01": the parameter
/// has that value and is no argument any more, in each function that has it. X3004 for a name where
/// there are several functions, X2013 for a parameter that none has, and what there is to say
/// against a program.
Result<std::vector<AheadFunction>> readFunctions(const AheadRequest &request,
                                                 const CompileOptions &options);

/// The arguments as they were written, without names, for what was made from which file.
Result<std::vector<What>> readWhats(const std::vector<std::string> &arguments);

} // namespace xphi::command
