// A language server: requests of an editor, and answers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "lsp/Documents.h"

#include <functional>
#include <optional>
#include <string_view>

namespace xphi::command::lsp {

class Server {
public:
  /// Where messages to the editor go.
  explicit Server(std::function<void(const Json &)> send) : send(std::move(send)) {}

  /// One message of the editor. What is none is answered with an error.
  void receive(std::string_view text);
  /// Once the editor has said so: 0 if it asked for the end before, else 1.
  std::optional<int> exitCode() const { return ended; }

private:
  void request(const Json &id, const std::string &method, const Json &params);
  void notification(const std::string &method, const Json &params);
  Json answer(const std::string &method, const Json &params);
  void publish(const std::string &uri);
  void fail(const Json &id, int code, const std::string &message);

  std::function<void(const Json &)> send;
  Documents documents;
  bool isInitialized = false, isShutDown = false;
  std::optional<int> ended;
};

} // namespace xphi::command::lsp
