// JSON-RPC 2.0, and the protocol's order of things.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lsp/Server.h"

namespace xphi::command::lsp {
namespace {

enum ErrorCode {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  NotInitialized = -32002,
};

struct UnknownMethod {};

Json capabilities() {
  constexpr int incremental = 2;
  return {{"capabilities",
           {{"positionEncoding", "utf-16"},
            {"textDocumentSync", {{"openClose", true}, {"change", incremental}}},
            {"hoverProvider", true},
            {"completionProvider", Json::object()},
            {"definitionProvider", true},
            {"documentSymbolProvider", true},
            {"documentFormattingProvider", true}}},
          {"serverInfo", {{"name", "xphi"}}}};
}

} // namespace

void Server::receive(std::string_view text) {
  const Json message = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (message.is_discarded())
    return fail(nullptr, ParseError, "this is no JSON");
  const Json none;
  const Json id = message.is_object() ? message.value("id", none) : none;
  if (!message.is_object() ||
      (!message.contains("method") && !message.contains("result") && !message.contains("error")))
    return fail(id, InvalidRequest, "this is no request");
  if (!message.contains("method"))
    return; // an answer to what was not asked
  if (!message["method"].is_string())
    return fail(id, InvalidRequest, "a method is a string");
  const auto method = message["method"].get<std::string>();
  const Json params = message.value("params", Json::object());
  if (message.contains("id"))
    request(id, method, params);
  else
    notification(method, params);
}

void Server::fail(const Json &id, int code, const std::string &message) {
  send({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}});
}

void Server::request(const Json &id, const std::string &method, const Json &params) {
  if (!isInitialized && method != "initialize")
    return fail(id, NotInitialized, "initialize comes first");
  if (isShutDown || (isInitialized && method == "initialize"))
    return fail(id, InvalidRequest, method + " at this time");
  try {
    send({{"jsonrpc", "2.0"}, {"id", id}, {"result", answer(method, params)}});
  } catch (const UnknownMethod &) {
    fail(id, MethodNotFound, "there is no method " + method);
  } catch (const Json::exception &error) {
    fail(id, InvalidParams, error.what());
  }
}

Json Server::answer(const std::string &method, const Json &params) {
  if (method == "initialize") {
    isInitialized = true;
    return capabilities();
  }
  if (method == "shutdown") {
    isShutDown = true;
    return nullptr;
  }
  const auto uri = [&] { return params.at("textDocument").at("uri").get<std::string>(); };
  if (method == "textDocument/hover")
    return documents.hover(uri(), params.at("position"));
  if (method == "textDocument/completion")
    return documents.completion(uri(), params.at("position"));
  if (method == "textDocument/definition")
    return documents.definition(uri(), params.at("position"));
  if (method == "textDocument/documentSymbol")
    return documents.symbols(uri());
  if (method == "textDocument/formatting")
    return documents.formatting(uri());
  throw UnknownMethod();
}

void Server::notification(const std::string &method, const Json &params) {
  if (method == "exit") {
    ended = isShutDown ? 0 : 1;
    return;
  }
  if (!isInitialized || isShutDown)
    return;
  try {
    if (method == "textDocument/didOpen") {
      const Json &document = params.at("textDocument");
      documents.open(document.at("uri"), document.at("text"));
      publish(document.at("uri"));
    } else if (method == "textDocument/didChange") {
      const auto uri = params.at("textDocument").at("uri").get<std::string>();
      documents.change(uri, params.at("contentChanges"));
      publish(uri);
    } else if (method == "textDocument/didClose") {
      const auto uri = params.at("textDocument").at("uri").get<std::string>();
      documents.close(uri);
      publish(uri);
    }
  } catch (const Json::exception &) {
    // A notification has no answer, not even that it makes no sense.
  }
}

void Server::publish(const std::string &uri) {
  send({{"jsonrpc", "2.0"},
        {"method", "textDocument/publishDiagnostics"},
        {"params", {{"uri", uri}, {"diagnostics", documents.diagnostics(uri)}}}});
}

} // namespace xphi::command::lsp
