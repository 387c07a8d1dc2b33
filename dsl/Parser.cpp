// The parser: what stands around the expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Parser.h"

#include "dsl/ExpressionParser.h"

#include <algorithm>

namespace xphi::dsl {
namespace {

class Parser : private ExpressionParser {
public:
  Parser(const SourceText &source, const TokenList &list, DiagnosticList &diagnostics)
      : ExpressionParser(source, list, diagnostics) {}

  SyntaxTree run() {
    imports();
    TokenKind first = token().kind;
    if (first == TokenKind::End)
      fail(Code::EmptyProgram, tree.imports.empty() ? SourceRange{} : previous(),
           tree.imports.empty() ? "there is no expression and no definition here"
                                : "there is no definition behind the imports")
          .help("write an expression in x, such as `x * Phi(x)`, or `def f(x) = ...`");
    else if (first == TokenKind::Def)
      definitions();
    else
      bareExpression();
    return std::move(tree);
  }

private:
  void imports() {
    while (!stopped && kind() == TokenKind::Import) {
      advance();
      const Token &path = token();
      if (path.kind == TokenKind::Text && path.text.size() > 2) {
        advance();
        tree.imports.push_back({path.text.substr(1, path.text.size() - 2), path.range});
        continue;
      }
      failExpected("the path of a file in quotes").help("write `import \"other.phi\"`");
      tree.incomplete = true;
      while (!token().startsLine && !atDefinitionEnd())
        advance();
      panicking = false;
    }
  }

  void definitions() {
    while (!stopped && token().kind != TokenKind::End) {
      if (token().kind == TokenKind::Import)
        lateImport();
      else
        definition();
      skipToDefinition();
    }
  }

  void lateImport() {
    fail(Code::UnexpectedToken, advance().range, "imports stand before everything else")
        .help("move it to the top of the text");
    tree.incomplete = true;
  }

  std::string docsBetween(uint32_t begin, uint32_t end) const {
    std::string doc;
    auto first = std::lower_bound(list.docs.begin(), list.docs.end(), begin,
                                  [](SourceRange range, uint32_t at) { return range.begin < at; });
    for (auto line = first; line != list.docs.end() && line->begin < end; ++line)
      doc += (line == first ? "" : "\n") + std::string(source.slice(*line));
    return doc;
  }

  void definition() {
    SyntaxDefinition made;
    uint32_t behind = previous().end;
    const Token &def = advance();
    made.doc = docsBetween(behind, def.range.begin);
    made.firstNode = static_cast<SyntaxId>(tree.nodes.size());
    std::optional<SpelledName> name = expectName("a name for the definition");
    if (!name)
      return;
    made.name = *name;
    signature(made);
    made.broken = panicking;
    if (!panicking && accept(TokenKind::Equal))
      made.body = expression();
    else
      failExpected("'=' and the definition's value")
          .help("write `def " + std::string(made.name.text) + "(x) = ...`");
    clauses(made);
    made.endNode = static_cast<SyntaxId>(tree.nodes.size());
    tree.definitions.push_back(std::move(made));
  }

  void clauses(SyntaxDefinition &made) {
    for (;;) {
      if (!isClause() && !atDefinitionEnd()) {
        made.broken = made.broken || isNamed();
        failAfterExpression(tree.bareExpression);
        made.truncated = true;
      }
      if (!isClause() || panicking)
        skipToClause();
      if (!isClause())
        return;
      clause(made);
    }
  }

  /// At the sign behind a name that a `let` ought to have introduced.
  bool isNamed() const { return kind() == TokenKind::Equal || kind() == TokenKind::Unknown; }

  bool isClause() const { return kind() == TokenKind::Grad || kind() == TokenKind::Kink; }

  void clause(SyntaxDefinition &made) {
    bool isKink = kind() == TokenKind::Kink;
    advance();
    SyntaxClause clause;
    std::optional<SpelledName> variable = expectName("the name of an input or a parameter");
    if (!variable || !expect(TokenKind::Equal, "'='"))
      return;
    clause.variable = *variable;
    clause.derivative = expression();
    if (isKink) {
      clause.position = clause.derivative;
      if (!accept(TokenKind::Colon)) {
        failExpected("':' and the derivative there")
            .help("where v is c, its derivative is e: `kink v = c: e`");
        return;
      }
      clause.derivative = expression();
    } else if (kind() == TokenKind::Colon) {
      fail(Code::UnexpectedToken, token().range, "a `grad` clause has no position")
          .help("the derivative at one place is given by `kink " + std::string(variable->text) +
                " = c: e`");
      return;
    }
    if (!panicking)
      made.clauses.push_back(clause);
  }

  void signature(SyntaxDefinition &made) {
    if (kind() != TokenKind::LeftParen) {
      failExpected("'(' and the definition's inputs")
          .help("write `def " + std::string(made.name.text) + "(x) = ...`");
      return;
    }
    const Token &open = advance();
    if (kind() == TokenKind::RightParen || kind() == TokenKind::Semicolon)
      fail(Code::NoInputs, token().range, quote(made.name.text) + " needs at least one input")
          .help("write `def " + std::string(made.name.text) + "(x) = ...`");
    do {
      if (std::optional<SpelledName> input = expectName("the name of an input"))
        made.inputs.push_back(*input);
      if (kind() == TokenKind::Equal && !panicking)
        fail(Code::UnexpectedToken, made.inputs.back().range, "an input has no default value")
            .help("parameters, which have one, stand behind a semicolon: `(x; alpha = 1)`");
      if (kind() == TokenKind::Colon && !panicking)
        fail(Code::UnexpectedToken, token().range, "an input has nothing behind a colon")
            .help("channel parameters stand behind a semicolon: `(x; a: channel = 1)`");
    } while (accept(TokenKind::Comma));
    if (accept(TokenKind::Semicolon)) {
      do
        parameter(made);
      while (accept(TokenKind::Comma));
    }
    bool damaged = panicking;
    close(open, false);
    panicking = panicking || damaged;
  }

  void parameter(SyntaxDefinition &made) {
    std::optional<SpelledName> name = expectName("the name of a parameter");
    if (!name)
      return;
    bool isChannel = kind() == TokenKind::Colon && channel();
    if (!accept(TokenKind::Equal)) {
      fail(Code::MissingDefault, name->range,
           "parameter " + quote(name->text) + " has no default value")
          .help("write `" + std::string(name->text) + " = 1`, or make it an input");
      return;
    }
    made.parameters.push_back({*name, expression(), isChannel});
  }

  bool channel() {
    advance();
    std::optional<SpelledName> word = expectName("`channel`");
    if (word && word->text != "channel")
      fail(Code::UnknownKind, word->range, "unknown kind of parameter " + quote(word->text))
          .help("a parameter with one value for each channel is written `a: channel = 1`");
    return word.has_value();
  }

  void failLoneClause() {
    fail(Code::UnexpectedToken, token().range,
         "a `" + std::string(token().text) + "` clause belongs to a definition")
        .help("write `def f(x) = ...` and the clause on the line below it");
  }

  void bareExpression() {
    SyntaxDefinition made;
    tree.bareExpression = true;
    if (isClause())
      return failLoneClause();
    made.name = {"f", {}};
    made.inputs = {{"x", {}}};
    made.doc = docsBetween(previous().end, token().range.begin);
    made.firstNode = static_cast<SyntaxId>(tree.nodes.size());
    made.body = expression();
    made.endNode = static_cast<SyntaxId>(tree.nodes.size());
    afterBareExpression(made);
    tree.definitions.push_back(std::move(made));
  }

  void afterBareExpression(SyntaxDefinition &made) {
    made.truncated = kind() != TokenKind::End;
    // `gelu(x) = ...` is no call of an unknown function, `t = 2 * x` no unknown name.
    made.broken = isNamed();
    if (kind() == TokenKind::Def)
      fail(Code::MixedProgram, token().range, "a definition cannot follow a bare expression")
          .help("write the expression as a definition, too: `def f(x) = ...`");
    else if (isClause())
      failLoneClause();
    else if (kind() == TokenKind::Import)
      lateImport();
    else if (kind() != TokenKind::End)
      failAfterExpression(tree.bareExpression);
  }
};

} // namespace

SyntaxTree parse(const SourceText &source, const TokenList &tokens, DiagnosticList &diagnostics) {
  return Parser(source, tokens, diagnostics).run();
}

} // namespace xphi::dsl
