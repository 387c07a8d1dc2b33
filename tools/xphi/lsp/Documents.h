// The texts that an editor has open, and what there is to say of each.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Answers are as the protocol has them. What is no position, or of a text that is not open, throws
// Json::exception.
#pragma once

#include "Session.h"

#include "dsl/FileImports.h"

#include <map>
#include <string>

namespace xphi::command::lsp {

class Documents {
public:
  void open(const std::string &uri, std::string text) { texts[uri] = std::move(text); }
  /// TextDocumentContentChangeEvent each: a range and what stands there from now on, or all of it.
  void change(const std::string &uri, const Json &changes);
  void close(const std::string &uri) { texts.erase(uri); }

  /// Of publishDiagnostics; empty for a text that is not open.
  Json diagnostics(const std::string &uri) const;
  Json hover(const std::string &uri, const Json &position) const;
  Json completion(const std::string &uri, const Json &position) const;
  Json definition(const std::string &uri, const Json &position) const;
  Json symbols(const std::string &uri) const;
  Json formatting(const std::string &uri) const;

private:
  dsl::SourceText sourceOf(const std::string &uri) const;
  /// Files beside this one: as they are in the editor, else on disk.
  dsl::FileLoader loaderOf(const std::string &uri) const;

  std::map<std::string, std::string> texts;
};

} // namespace xphi::command::lsp
