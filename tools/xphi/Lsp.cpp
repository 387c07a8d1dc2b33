// xphi lsp: a language server for editors, over standard input and output.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "Session.h"
#include "lsp/Server.h"
#include "lsp/Transport.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace xphi::command {
namespace {

int serve() {
  lsp::Server server([](const Json &message) {
    lsp::writeMessage(stdout, message.dump(-1, ' ', false, Json::error_handler_t::replace));
  });
  while (!server.exitCode()) {
    const std::optional<std::string> message = lsp::readMessage(stdin);
    if (!message)
      return Wrong; // the editor has gone without a word
    server.receive(*message);
  }
  return *server.exitCode();
}

} // namespace

void addLsp(CLI::App &app, Session &session) {
  CLI::App *command =
      app.add_subcommand("lsp", "A language server for editors, over standard input and output");
  auto stdio = std::make_shared<bool>();
  command->add_flag("--stdio", *stdio, "As it is anyway; some editors say so");
  command->callback([stdio, &session] { session.exitCode = serve(); });
}

} // namespace xphi::command
