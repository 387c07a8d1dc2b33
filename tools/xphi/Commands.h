// The subcommands: each function adds one to the command line, and its file says what it does.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace CLI {
class App;
}

namespace xphi::command {

class Session;

void addEval(CLI::App &app, Session &session);
void addRun(CLI::App &app, Session &session);
void addDiff(CLI::App &app, Session &session);
void addExplain(CLI::App &app, Session &session);
void addCompile(CLI::App &app, Session &session);
void addBench(CLI::App &app, Session &session);
void addPlot(CLI::App &app, Session &session);
void addList(CLI::App &app, Session &session);
void addShow(CLI::App &app, Session &session);
void addCertify(CLI::App &app, Session &session);
void addVerify(CLI::App &app, Session &session);
void addCheck(CLI::App &app, Session &session);
void addLsp(CLI::App &app, Session &session);
void addFmt(CLI::App &app, Session &session);
void addExplainError(CLI::App &app, Session &session);
void addCache(CLI::App &app, Session &session);
void addCompletion(CLI::App &app, Session &session);

/// --version: xphi, the compiler's parts, the machine.
int printVersion(Session &session);

} // namespace xphi::command
