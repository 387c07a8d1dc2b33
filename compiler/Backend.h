// From the straight code of one vector to what a processor runs: loops, machine code, link.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_BACKEND_H
#define XPHI_COMPILER_BACKEND_H

#include "Pipeline.h"
#include "Stages.h"
#include "abi/Target.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace xphi::compiler {

class RealFunctions;
class TruthAhead;

/// What was made; or the reason why not, with its code.
struct Made {
  std::string bytes = {};
  std::string code = {}, message = {};

  bool ok() const { return code.empty(); }
  static Made failed(std::string code, std::string message) {
    return {{}, std::move(code), std::move(message)};
  }
  static Made stopped(); ///< by the budget
};

/// What to make of the bodies that functions were lowered to.
struct BackendRequest {
  const Request &request;
  std::string emit; ///< which of the forms of Request::emit
  Target target;
  std::string function; ///< what everything is named after, such as "gelu_f32"
  std::string symbol;   ///< the name of a shared library, such as "gelu"
};

/// An artifact with a backward kernel is made by two threads. Where one of them is idle it goes on
/// with what `ahead` is to find, if that is not null.
Made makeCode(const BackendRequest &wanted, RealFunctions &functions, TruthAhead *ahead,
              Stages &stages);

/// Does the work, and with a second thread, where one is to be had, meanwhile finds what `ahead` is
/// to find, if that is not null.
void withTruthBeside(TruthAhead *ahead, llvm::function_ref<void()> work);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_BACKEND_H
