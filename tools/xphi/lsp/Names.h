// What names mean at a place of a text, also of one that is being written and does not parse.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/FileImports.h"
#include "dsl/Lexer.h"
#include "dsl/Syntax.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace xphi::command::lsp {

/// Words and tree of a text, which has to stay where it is.
class ParsedText {
public:
  explicit ParsedText(const dsl::SourceText &source);

  const dsl::SyntaxDefinition *definitionAt(std::size_t offset) const;
  const dsl::SyntaxDefinition *definition(std::string_view name) const;
  /// From `def` to the last word.
  dsl::SourceRange extentOf(const dsl::SyntaxDefinition &definition) const;
  /// "elu(x; alpha = 1)" as it was written.
  std::string headOf(const dsl::SyntaxDefinition &definition) const;
  /// The word that the place is in or at the end of, if it is a name or a keyword.
  const dsl::Token *wordAt(std::size_t offset) const;
  bool isInComment(std::size_t offset) const;

  const dsl::SourceText &source;
  dsl::TokenList words;
  dsl::SyntaxTree tree;
};

struct Meaning {
  /// As the protocol counts kinds of completion.
  enum Kind { Function = 3, Variable = 6, Keyword = 14, Constant = 21 };
  Kind kind = Variable;
  std::string name;
  std::string head; ///< "elu(x; alpha = 1)", "x"
  std::string about;
  /// Where it was written: in the text, or in a file that it imports.
  std::optional<dsl::SourceRange> place = std::nullopt;
  std::shared_ptr<const dsl::SourceText> file = nullptr;
};

/// Everything that a name may stand for there, the nearest meaning of each name.
std::vector<Meaning> meaningsAt(const ParsedText &text, std::size_t offset,
                                const dsl::FileLoader &loader);

} // namespace xphi::command::lsp
