// xphi --version: xphi, the compiler's parts, and what the machine offers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "Session.h"

#include <fmt/format.h>

namespace xphi::command {

int printVersion(Session &session) {
  Result<std::string> compiler = session.engine().compilerVersion();
  Result<std::string> target = hostTarget();
  std::string parts = compiler ? *compiler : compiler.error().message();
  std::string best = target ? *target : target.error().message();
  if (session.json)
    session.printJson(Json{{"xphi", version()},
                           {"compiler", parts},
                           {"host", best},
                           {"features", hostFeatures()},
                           {"targets", targetNames()}});
  else
    session.print(fmt::format("xphi {}\ncompiler: {}\nhost: {} ({})\ntargets: {}\n", version(),
                              parts, best, fmt::join(hostFeatures(), " "),
                              fmt::join(targetNames(), " ")));
  return Done;
}

} // namespace xphi::command
