// From words to layouts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Format.h"

#include "dsl/FormatLayout.h"
#include "dsl/Lexer.h"
#include "dsl/Parser.h"

#include <algorithm>
#include <unordered_map>

namespace xphi::dsl {
namespace {

constexpr uint32_t kIndent = 2;

/// A token with the comments that belong to it.
struct Word {
  TokenKind kind;
  uint32_t begin;
  std::string_view text;
  bool blankBefore = false;
  std::vector<Comment> before, behind;
};

/// Breaks may come before these, weakest first; a list of them is one group.
constexpr std::initializer_list<TokenKind> levels[] = {{TokenKind::Or},
                                                       {TokenKind::And},
                                                       {TokenKind::Less, TokenKind::LessEqual,
                                                        TokenKind::Greater, TokenKind::GreaterEqual,
                                                        TokenKind::EqualEqual, TokenKind::NotEqual},
                                                       {TokenKind::Plus, TokenKind::Minus},
                                                       {TokenKind::Star, TokenKind::Slash}};

class Formatter {
public:
  Formatter(const SourceText &source, const TokenList &list, const SyntaxTree &tree)
      : source(source) {
    for (const SyntaxLetEnd &end : tree.letEnds)
      letEnds.emplace(end.let, end.end);
    collect(list);
    limit = words.size() - 1;
  }

  std::string run() {
    while (kind() != TokenKind::End)
      item();
    leadingComments(words.back());
    return printer.finish();
  }

private:
  void collect(const TokenList &list) {
    auto comment = list.comments.begin();
    uint32_t end = 0; // of what was last seen
    for (const Token &token : list.tokens) {
      Word word{token.kind, token.range.begin, source.slice(token.range)};
      for (; comment != list.comments.end() && comment->begin < token.range.begin; ++comment) {
        std::string_view gap = source.slice({end, comment->begin});
        Comment made{source.slice(*comment)};
        made.ownLine = words.empty() || gap.find('\n') != std::string_view::npos;
        made.blankBefore = hasEmptyLine(gap);
        end = comment->end;
        (made.ownLine ? word.before : words.back().behind).push_back(made);
      }
      word.blankBefore = hasEmptyLine(source.slice({end, token.range.begin}));
      end = token.range.end;
      words.push_back(std::move(word));
    }
  }

  static bool hasEmptyLine(std::string_view gap) {
    return std::count(gap.begin(), gap.end(), '\n') > 1;
  }

  TokenKind kind() const { return at < limit ? words[at].kind : TokenKind::End; }
  bool is(TokenKind wanted) const { return kind() == wanted; }

  Layout take() {
    Word &word = words[at++];
    Layout made = Layout::word(word.text);
    made.before = std::move(word.before);
    made.behind = std::move(word.behind);
    return made;
  }

  // ---- what stands at the margin

  void leadingComments(Word &word) {
    for (const Comment &before : word.before) {
      if (before.blankBefore)
        printer.emptyLine();
      printer.comment(before, 0);
    }
    if (word.blankBefore && word.kind != TokenKind::End)
      printer.emptyLine();
    word.before.clear();
  }

  /// With the comments of the word that is to stand there.
  void startLine(uint32_t indent) {
    for (const Comment &before : words[at].before)
      printer.comment(before, indent);
    words[at].before.clear();
    printer.startLine(indent);
  }

  void item() {
    leadingComments(words[at]);
    printer.startLine(0);
    if (is(TokenKind::Import)) {
      Layout line = Layout::group(kIndent);
      line.add(take()).add(Layout::space()).add(take());
      printer.print(line, 0);
    } else if (is(TokenKind::Def)) {
      definition();
    } else {
      lines(0);
    }
  }

  void definition() {
    Layout head = Layout::group(2 * kIndent);
    head.add(take()).add(Layout::space()).add(take());
    head.add(list());
    head.add(Layout::space()).add(take());
    if (!is(TokenKind::Let)) {
      Layout line = Layout::group(kIndent);
      line.add(std::move(head)).add(Layout::softBreak());
      line.add(expression());
      printer.print(line, 0);
    } else {
      printer.print(head, 0);
      startLine(kIndent);
      lines(kIndent);
    }
    while (is(TokenKind::Grad) || is(TokenKind::Kink))
      clause();
  }

  void clause() {
    startLine(kIndent);
    Layout line = Layout::group(kIndent);
    line.add(take()).add(Layout::space()).add(take()).add(Layout::space()).add(take());
    line.add(Layout::softBreak()).add(expression());
    if (is(TokenKind::Colon))
      line.add(take()).add(Layout::softBreak()).add(expression());
    printer.print(line, kIndent);
  }

  /// Lets one below the other, and the expression they are for.
  void lines(uint32_t indent) {
    while (is(TokenKind::Let)) {
      Layout line = Layout::group();
      binding(line);
      printer.print(line, indent);
      dropIn();
      startLine(indent);
    }
    printer.print(expression(), indent);
  }

  // ---- what stands in expressions

  /// `let name = value`, up to but not including an `in`.
  void binding(Layout &line) {
    size_t outer = limit;
    uint32_t end = letEnds.at(words[at].begin);
    line.add(take()).add(Layout::space()).add(take()).add(Layout::space()).add(take());
    limit = static_cast<size_t>(
        std::lower_bound(words.begin(), words.end(), end,
                         [](const Word &word, uint32_t offset) { return word.begin < offset; }) -
        words.begin());
    Layout value = Layout::group(kIndent);
    value.add(Layout::softBreak()).add(expression());
    line.add(std::move(value));
    limit = outer;
  }

  /// A line break does what `in` did; comments around it go on to the next word.
  void dropIn() {
    if (!is(TokenKind::In))
      return;
    Word &in = words[at++];
    std::vector<Comment> &next = words[at].before;
    for (Comment &behind : in.behind)
      behind.ownLine = true;
    in.before.insert(in.before.end(), in.behind.begin(), in.behind.end());
    next.insert(next.begin(), in.before.begin(), in.before.end());
  }

  Layout expression() { return operators(0); }

  /// Operands with operators of one level between them are one group.
  Layout operators(size_t minimum) {
    Layout left = power();
    for (size_t level; (level = levelOf(kind())) >= minimum && level < std::size(levels);) {
      Layout chain = Layout::group(kIndent);
      chain.add(std::move(left));
      while (levelOf(kind()) == level) {
        chain.add(Layout::softBreak()).add(take()).add(Layout::space());
        chain.add(operators(level + 1));
      }
      left = std::move(chain);
    }
    return left;
  }

  static size_t levelOf(TokenKind kind) {
    auto has = [kind](const auto &level) {
      return std::find(level.begin(), level.end(), kind) != level.end();
    };
    return static_cast<size_t>(std::find_if(std::begin(levels), std::end(levels), has) -
                               std::begin(levels));
  }

  Layout power() {
    Layout base = prefix();
    if (!is(TokenKind::Caret))
      return base;
    Layout chain = Layout::group();
    chain.add(std::move(base));
    while (is(TokenKind::Caret))
      chain.add(take()).add(prefix());
    return chain;
  }

  /// Signs, `not`, and what reaches as far right as it can. How tightly they bind does not matter
  /// to where lines break.
  Layout prefix() {
    switch (kind()) {
    case TokenKind::Minus: {
      Layout made = Layout::group();
      made.add(take()).add(prefix());
      return made;
    }
    case TokenKind::Not: {
      Layout made = Layout::group();
      made.add(take()).add(Layout::space()).add(prefix());
      return made;
    }
    case TokenKind::If:
      return conditional();
    case TokenKind::Let: {
      // The value may only go on to the right of the `let`.
      Layout made = Layout::group();
      made.aligned = true;
      binding(made);
      made.add(Layout::space());
      made.add(is(TokenKind::In) ? take() : Layout::word("in"));
      made.add(Layout::softBreak()).add(expression());
      return made;
    }
    default:
      return atom();
    }
  }

  /// A chain of `else if` is one group: its cases stand below each other.
  Layout conditional() {
    Layout made = Layout::group();
    for (;;) {
      Layout then = Layout::group(kIndent);
      then.add(take()).add(Layout::space()).add(expression()).add(Layout::space());
      then.add(take()).add(Layout::softBreak()).add(expression());
      made.add(std::move(then)).add(Layout::softBreak()).add(take()).add(Layout::space());
      if (!is(TokenKind::If))
        break;
    }
    made.add(expression());
    return made;
  }

  Layout atom() {
    Layout made = Layout::group();
    while (is(TokenKind::Root))
      made.add(take());
    if (is(TokenKind::LeftParen)) {
      made.add(take()).add(expression()).add(take());
    } else if (is(TokenKind::LeftBracket)) {
      made.add(coefficients());
    } else {
      bool isCall = is(TokenKind::Name) || is(TokenKind::Diff);
      made.add(take());
      if (isCall && is(TokenKind::LeftParen))
        made.add(list());
    }
    if (is(TokenKind::Superscript))
      made.add(take());
    while (is(TokenKind::Superscript)) // x² ³ is (x²)³, and x²³ is not
      made.add(Layout::space()).add(take());
    return made;
  }

  Layout coefficients() {
    Layout made = Layout::group(kIndent);
    made.add(take()).add(Layout::softBreak("")).add(expression());
    while (is(TokenKind::Comma)) {
      made.add(take()).add(Layout::softBreak());
      made.add(expression());
    }
    return std::move(made.add(take()));
  }

  /// What stands in the parentheses of a call or of a definition.
  Layout list() {
    Layout made = Layout::group(kIndent);
    made.add(take()).add(Layout::softBreak(""));
    while (!is(TokenKind::RightParen)) {
      bool semicolonFirst = is(TokenKind::Semicolon);
      if (!semicolonFirst)
        element(made);
      if (is(TokenKind::Comma) || is(TokenKind::Semicolon))
        made.add(take()).add(Layout::softBreak());
    }
    made.add(take());
    return made;
  }

  /// `x`, `alpha = 1` or `alpha: channel = 1`.
  void element(Layout &list) {
    list.add(expression());
    if (is(TokenKind::Colon))
      list.add(take()).add(Layout::space()).add(take());
    if (is(TokenKind::Equal))
      list.add(Layout::space()).add(take()).add(Layout::space()).add(expression());
  }

  const SourceText &source;
  std::vector<Word> words;
  std::unordered_map<uint32_t, uint32_t> letEnds; ///< by offset of the keyword
  size_t at = 0;
  size_t limit = 0; ///< words from here on look like the end
  LayoutPrinter printer;
};

} // namespace

FormatResult format(const SourceText &source) {
  FormatResult result;
  DiagnosticList diagnostics;
  if (checkIsText(source, diagnostics)) {
    TokenList tokens = lex(source, diagnostics);
    SyntaxTree tree = parse(source, tokens, diagnostics);
    if (!diagnostics.hasErrors())
      result.text = Formatter(source, tokens, tree).run();
  }
  result.diagnostics = diagnostics.take();
  return result;
}

} // namespace xphi::dsl
