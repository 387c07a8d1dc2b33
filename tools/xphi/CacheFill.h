// The subcommand `fill` of `xphi cache`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace CLI {
class App;
}

namespace xphi::command {

class Session;

void addCacheFill(CLI::App &cache, Session &session);

} // namespace xphi::command
