// The lexer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Lexer.h"

#include "dsl/Foreign.h"
#include "dsl/Limits.h"
#include "dsl/Utf8.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace xphi::dsl {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isNameCharacter(char c) { return isLetter(c) || isDigit(c); }

struct Spelling {
  std::string_view text;
  TokenKind kind;
};

constexpr Spelling keywords[] = {
    {"def", TokenKind::Def},      {"let", TokenKind::Let},   {"in", TokenKind::In},
    {"if", TokenKind::If},        {"then", TokenKind::Then}, {"else", TokenKind::Else},
    {"and", TokenKind::And},      {"or", TokenKind::Or},     {"not", TokenKind::Not},
    {"grad", TokenKind::Grad},    {"kink", TokenKind::Kink}, {"diff", TokenKind::Diff},
    {"import", TokenKind::Import}};

/// Longer spellings first.
constexpr Spelling operators[] = {
    {"<=", TokenKind::LessEqual}, {">=", TokenKind::GreaterEqual}, {"==", TokenKind::EqualEqual},
    {"!=", TokenKind::NotEqual},  {"(", TokenKind::LeftParen},     {")", TokenKind::RightParen},
    {",", TokenKind::Comma},      {";", TokenKind::Semicolon},     {":", TokenKind::Colon},
    {"=", TokenKind::Equal},      {"+", TokenKind::Plus},          {"-", TokenKind::Minus},
    {"*", TokenKind::Star},       {"/", TokenKind::Slash},         {"^", TokenKind::Caret},
    {"<", TokenKind::Less},       {">", TokenKind::Greater},       {"·", TokenKind::Star},
    {"⋅", TokenKind::Star},       {"×", TokenKind::Star},          {"÷", TokenKind::Slash},
    {"−", TokenKind::Minus},      {"≤", TokenKind::LessEqual},     {"≥", TokenKind::GreaterEqual},
    {"≠", TokenKind::NotEqual},   {"√", TokenKind::Root}};

struct NamedCharacter {
  std::string_view text;
  std::string_view name;
};
constexpr NamedCharacter namedCharacters[] = {{"Φ", "Phi"},     {"φ", "phi"}, {"ϕ", "phi"},
                                              {"σ", "sigmoid"}, {"π", "pi"},  {"∞", "inf"}};
constexpr std::string_view superscripts[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

template <class Table> auto findPrefix(const Table &table, std::string_view text) {
  auto found = std::find_if(std::begin(table), std::end(table),
                            [text](const auto &row) { return text.starts_with(row.text); });
  return found == std::end(table) ? nullptr : &*found;
}

uint32_t superscriptBytes(std::string_view text) {
  for (std::string_view digit : superscripts)
    if (text.starts_with(digit))
      return static_cast<uint32_t>(digit.size());
  return 0;
}

class Lexer {
public:
  Lexer(const SourceText &source, DiagnosticList &diagnostics)
      : text(source.text), diagnostics(diagnostics) {}

  TokenList run() {
    if (text.starts_with("\xef\xbb\xbf")) // a byte order mark
      at = measured = 3;
    while (at < text.size())
      step();
    push(TokenKind::End, 0);
    return std::move(list);
  }

private:
  std::string_view rest() const { return text.substr(at); }
  char peek(uint32_t offset = 0) const {
    return at + offset < text.size() ? text[at + offset] : '\0';
  }
  SourceRange next(uint32_t bytes) const { return {at, at + bytes}; }

  void push(TokenKind kind, uint32_t bytes, std::string_view spelled = {}) {
    std::string_view written = text.substr(at, bytes);
    column += displayWidth(text.substr(measured, at - measured));
    measured = at;
    list.tokens.push_back(
        {kind, startsLine, column, next(bytes), spelled.empty() ? written : spelled});
    startsLine = false;
    at += bytes;
  }

  Diagnostic &report(Code code, uint32_t bytes, std::string message) {
    return diagnostics.error(code, next(bytes), std::move(message));
  }

  void step() {
    char c = peek();
    if (c == '\n') {
      measured = ++at;
      column = 0;
      startsLine = true;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at;
    } else if (c == '#' || rest().starts_with("//")) {
      comment();
    } else if (rest().starts_with("/*")) {
      commentOfC();
    } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      number();
    } else if (c == '"') {
      quotedText();
    } else if (isLetter(c)) {
      uint32_t bytes = nameBytes(at);
      if (uint32_t separator = separatorBytes(at + bytes))
        qualifiedName(bytes, separator);
      else
        push(keywordOrName(text.substr(at, bytes)), bytes);
    } else {
      symbol();
    }
  }

  uint32_t nameBytes(uint32_t begin) const {
    uint32_t end = begin;
    while (end < text.size() && isNameCharacter(text[end]))
      ++end;
    return end - begin;
  }

  /// Of what stands between a module and its function, `torch.erf` and `std::exp`.
  uint32_t separatorBytes(uint32_t begin) const {
    uint32_t bytes = text.substr(begin).starts_with("::")  ? 2
                     : text.substr(begin).starts_with(".") ? 1
                                                           : 0;
    return bytes > 0 && begin + bytes < text.size() && isLetter(text[begin + bytes]) ? bytes : 0;
  }

  /// `torch.nn.functional.relu` is read as `relu`, with what a value has (`x.exp`) nothing is done.
  void qualifiedName(uint32_t bytes, uint32_t separator) {
    std::string_view first = text.substr(at, bytes), last;
    uint32_t lastAt = at;
    for (; separator > 0; separator = separatorBytes(at + bytes)) {
      lastAt = at + bytes + separator;
      bytes = lastAt - at + nameBytes(lastAt);
      last = text.substr(lastAt, at + bytes - lastAt);
    }
    if (isModule(first)) {
      std::string prefix(text.substr(at, lastAt - at));
      report(Code::UnexpectedCharacter, lastAt - at, "'" + prefix + "' is not part of the language")
          .help("names stand by themselves: write `" + std::string(last) + "`");
      at = lastAt;
      return push(keywordOrName(last), static_cast<uint32_t>(last.size()));
    }
    report(Code::UnexpectedCharacter, bytes, "values have no parts")
        .help(text.substr(at + bytes).starts_with('(')
                  ? "a function is called with its inputs in parentheses: `" + std::string(last) +
                        "(x)`"
                  : "an input or parameter has a name of its own: `def f(x; " + std::string(last) +
                        " = 1) = ...`");
    if (size_t close = rest().substr(0, rest().find('\n')).find(')', bytes);
        at + bytes < text.size() && text[at + bytes] == '(' && close != std::string_view::npos)
      bytes = static_cast<uint32_t>(close) + 1;
    push(TokenKind::Unknown, bytes);
  }

  void comment() {
    uint32_t bytes = static_cast<uint32_t>(std::min(rest().find('\n'), rest().size()));
    uint32_t end = at + bytes;
    while (end > at && (text[end - 1] == '\r' || text[end - 1] == ' ' || text[end - 1] == '\t'))
      --end;
    list.comments.push_back({at, end});
    if (rest().starts_with("///")) {
      uint32_t begin = at + 3 < end && text[at + 3] == ' ' ? at + 4 : at + 3;
      list.docs.push_back({begin, end});
    } else if (peek() == '/') {
      report(Code::UnexpectedCharacter, 2, "'//' does not start a comment")
          .help("comments start with `#`, documentation with `///`; a quotient is rounded down by "
                "`floor(a / b)`");
    }
    at += bytes;
  }

  void commentOfC() {
    report(Code::UnexpectedCharacter, 2, "'/*' does not start a comment")
        .help("comments start with `#` and end with their line");
    size_t close = rest().find("*/", 2);
    at += static_cast<uint32_t>(close == std::string_view::npos ? rest().size() : close + 2);
  }

  void number() {
    uint32_t bytes = 0;
    auto digits = [&] {
      while (isDigit(peek(bytes)))
        ++bytes;
    };
    digits();
    if (peek(bytes) == '.') {
      ++bytes;
      digits();
    }
    std::string_view problem;
    if (peek(bytes) == 'e' || peek(bytes) == 'E') {
      uint32_t sign = peek(bytes + 1) == '+' || peek(bytes + 1) == '-' ? 1 : 0;
      if (isDigit(peek(bytes + 1 + sign))) {
        bytes += 1 + sign;
        digits();
      } else if (sign == 1 || !isNameCharacter(peek(bytes + 1))) {
        bytes += 1 + sign;
        problem = "the exponent has no digits";
      }
    }
    if (bytes == 1 && peek() == '0' && (peek(1) == 'x' || peek(1) == 'X'))
      problem = "numbers are decimal, not hexadecimal";
    else if (peek(bytes) == '.')
      problem = "a number has one decimal point";
    else if (peek(bytes) == '_')
      problem = "digits are not grouped";
    else if ((peek(bytes) == 'f' || peek(bytes) == 'F') && !isNameCharacter(peek(bytes + 1)) &&
             peek(bytes + 1) != '(')
      problem = "numbers have no suffix";
    if (problem.empty() && significantDigits(rest().substr(0, bytes)) > kMaxDigits)
      return longNumber(bytes);
    if (problem.empty())
      return push(TokenKind::Number, bytes);

    while (isNameCharacter(peek(bytes)) || peek(bytes) == '.')
      ++bytes;
    report(Code::BadNumber, bytes, "malformed number: " + std::string(problem));
    push(TokenKind::Number, bytes, "0");
  }

  /// From the first one that is not zero on. Its canonical spelling has no more.
  static size_t significantDigits(std::string_view number) {
    std::string_view digits = number.substr(0, number.find_first_of("eE"));
    digits.remove_prefix(std::min(digits.find_first_not_of("0."), digits.size()));
    return static_cast<size_t>(std::count_if(digits.begin(), digits.end(), isDigit));
  }

  void longNumber(uint32_t bytes) {
    report(Code::NumberTooLong, bytes,
           "this number has " + std::to_string(significantDigits(rest().substr(0, bytes))) +
               " digits, more than " + std::to_string(kMaxDigits))
        .help("round it: the longest exact double has 767 digits");
    push(TokenKind::Number, bytes, "0");
  }

  void quotedText() {
    uint32_t line = static_cast<uint32_t>(std::min(rest().find('\n'), rest().size()));
    size_t close = rest().substr(0, line).find('"', 1);
    if (close != std::string_view::npos)
      return push(TokenKind::Text, static_cast<uint32_t>(close) + 1);
    while (line > 1 && (rest()[line - 1] == '\r' || rest()[line - 1] == ' '))
      --line;
    report(Code::UnclosedText, line, "this text has no closing quote")
        .help("a file is named on one line: `import \"other.phi\"`");
    push(TokenKind::Unknown, line);
  }

  void symbol() {
    bool opensList =
        peek() == '[' && !list.tokens.empty() && list.tokens.back().kind == TokenKind::Semicolon;
    if (opensList || (peek() == ']' && openLists > 0)) {
      openLists += opensList ? 1 : -1;
      push(opensList ? TokenKind::LeftBracket : TokenKind::RightBracket, 1);
    } else if (const ForeignOperator *foreign = foreignOperator(rest())) {
      uint32_t bytes = static_cast<uint32_t>(foreign->text.size());
      if (onceIfBracket(foreign->kind))
        report(Code::UnexpectedCharacter, bytes,
               "'" + std::string(foreign->text) + "' is not part of the language")
            .help(std::string(foreign->help));
      push(foreign->kind, bytes);
    } else if (const Spelling *known = findPrefix(operators, rest())) {
      push(known->kind, static_cast<uint32_t>(known->text.size()));
    } else if (const NamedCharacter *name = findPrefix(namedCharacters, rest())) {
      push(TokenKind::Name, static_cast<uint32_t>(name->text.size()), name->name);
    } else if (uint32_t bytes = raisedBytes(rest())) {
      raised(bytes);
    } else if (uint32_t bytes = superscriptBytes(rest())) {
      while (uint32_t more = superscriptBytes(text.substr(at + bytes)))
        bytes += more;
      push(TokenKind::Superscript, bytes);
    } else if (const GreekLetter *letter = greekLetter(rest())) {
      uint32_t bytes = static_cast<uint32_t>(letter->text.size());
      report(Code::UnexpectedCharacter, bytes, "names are written in ASCII letters")
          .help("write '" + std::string(letter->name) + "' for '" + std::string(letter->text) +
                "'");
      push(TokenKind::Name, bytes, letter->name);
    } else if (uint32_t bytes = loweredBytes(rest())) {
      report(Code::UnexpectedCharacter, bytes, "names are written in ASCII letters and digits")
          .help("write `x1` for `x₁`");
      at += bytes;
    } else if (const LookAlike *found = lookAlike(rest())) {
      lookAlikeCharacter(*found);
    } else if (const FractionCharacter *fraction = fractionCharacter(rest())) {
      fractionOfOne(*fraction);
    } else if ((peek() == '\\' && isLetter(peek(1))) ||
               (list.tokens.empty() && peek() == '$' && peek(1) > ' ')) {
      latex();
    } else {
      unknown();
    }
  }

  /// Brackets come in pairs, and one message is enough for all of them.
  bool onceIfBracket(TokenKind kind) {
    bool isBracket = kind == TokenKind::LeftParen || kind == TokenKind::RightParen;
    return !isBracket || !std::exchange(bracketsReported, true);
  }

  /// `x⁻¹` is read as if the raised text were its digits.
  void raised(uint32_t bytes) {
    std::string_view all = rest().substr(0, bytes);
    report(Code::UnexpectedCharacter, bytes, "only digits may be raised")
        .help("a power is written `x^(-1)`, `x^n`");
    size_t digits = 0;
    while (digits < all.size() && superscriptBytes(all.substr(digits)) == 0)
      digits += decodeUtf8(all.substr(digits)).bytes;
    size_t end = digits;
    while (uint32_t more = end < all.size() ? superscriptBytes(all.substr(end)) : 0)
      end += more;
    std::string_view spelled = all.substr(digits, end - digits);
    push(TokenKind::Superscript, bytes, spelled.empty() ? "¹" : spelled);
  }

  void lookAlikeCharacter(const LookAlike &found) {
    uint32_t bytes = static_cast<uint32_t>(found.text.size());
    char point[16];
    std::snprintf(point, sizeof point, "U+%04X",
                  static_cast<unsigned>(decodeUtf8(rest()).codePoint));
    bool isSpace = found.kind == TokenKind::End;
    if (isSpace && !std::exchange(spacesReported, true))
      report(Code::UnexpectedCharacter, bytes,
             "this space or invisible character, " + std::string(point) + ", is no ordinary space")
          .help("write an ordinary one here and wherever else the text was pasted with it");
    else if (!isSpace && onceIfBracket(found.kind))
      report(Code::UnexpectedCharacter, bytes,
             "'" + std::string(found.text) + "', " + point + ", only looks like '" +
                 std::string(found.plain) + "'")
          .help("write `" + std::string(found.plain) + "`");
    if (isSpace)
      at += bytes;
    else
      push(found.kind, bytes);
  }

  /// A product with what stands beside it: `½x`.
  void fractionOfOne(const FractionCharacter &fraction) {
    uint32_t bytes = static_cast<uint32_t>(fraction.text.size());
    report(Code::UnexpectedCharacter, bytes,
           "'" + std::string(fraction.text) + "' is not part of the language")
        .help("write `" + std::string(fraction.quotient) + "`, as in `" +
              std::string(fraction.quotient) + " * x`");
    TokenKind before = list.tokens.empty() ? TokenKind::End : list.tokens.back().kind;
    if (!startsLine && (before == TokenKind::Number || before == TokenKind::Name ||
                        before == TokenKind::RightParen))
      push(TokenKind::Star, 0);
    push(TokenKind::Number, bytes, "0.5");
    size_t next = rest().find_first_not_of(" \t");
    std::string_view behind = next == std::string_view::npos ? "" : rest().substr(next);
    bool isFactor =
        !behind.empty() && (isNameCharacter(behind[0]) || behind[0] == '(' ||
                            behind.starts_with("√") || findPrefix(namedCharacters, behind));
    if (isFactor)
      push(TokenKind::Star, 0);
  }

  /// What is LaTeX at one place is so in many: one message for all of it.
  void latex() {
    uint32_t bytes = 1 + nameBytes(at + 1);
    std::string command(text.substr(at, bytes));
    std::string_view meaning = latexMeaning(std::string_view(command).substr(1));
    report(Code::UnexpectedCharacter, bytes, "'" + command + "' is LaTeX")
        .help(meaning.empty() ? "write the formula as in `x * sigmoid(x)`, `(x + 1) / 2`, `x^2`"
                              : "write `" + std::string(meaning) + "`");
    push(TokenKind::Unknown, static_cast<uint32_t>(text.size()) - at);
  }

  bool startsToken(std::string_view left) const {
    return std::string_view(" \t\r\n#._\"").find(left[0]) != std::string_view::npos ||
           isNameCharacter(left[0]) || findPrefix(operators, left) || foreignOperator(left) ||
           findPrefix(namedCharacters, left) || greekLetter(left) || superscriptBytes(left) > 0 ||
           raisedBytes(left) > 0 || loweredBytes(left) > 0 || lookAlike(left) ||
           fractionCharacter(left);
  }

  /// One message for a run of them: they tend to come in crowds.
  void unknown() {
    uint32_t first = decodeUtf8(rest()).bytes, bytes = first;
    while (at + bytes < text.size() && !startsToken(text.substr(at + bytes)))
      bytes += decodeUtf8(text.substr(at + bytes)).bytes;
    std::string shown(text.substr(at, first));
    if (shown == "|" && std::exchange(barsReported, true))
      return push(TokenKind::Unknown, bytes);
    Diagnostic &diagnostic =
        report(Code::UnexpectedCharacter, bytes,
               bytes == first ? "unexpected character '" + shown + "'" : "unexpected characters");
    if (std::string_view help = helpWithCharacter(shown); !help.empty())
      diagnostic.help(std::string(help));
    push(TokenKind::Unknown, bytes);
  }

  std::string_view text;
  DiagnosticList &diagnostics;
  TokenList list;
  uint32_t at = 0;
  uint32_t column = 0; ///< of the character at `measured`
  uint32_t measured = 0;
  bool startsLine = true;
  int openLists = 0;
  bool bracketsReported = false, spacesReported = false, barsReported = false;
};

} // namespace

TokenKind keywordOrName(std::string_view text) {
  auto found = std::find_if(std::begin(keywords), std::end(keywords),
                            [text](const Spelling &row) { return row.text == text; });
  return found == std::end(keywords) ? TokenKind::Name : found->kind;
}

bool checkIsText(const SourceText &source, DiagnosticList &diagnostics) {
  auto report = [&](Code code, SourceRange range, std::string message) -> Diagnostic & {
    return diagnostics.error(code, range, std::move(message));
  };
  if (source.text.size() > kMaxSourceBytes) {
    report(Code::SourceTooLarge, {0, 0},
           "the text has more than " + std::to_string(kMaxSourceBytes) + " bytes");
    return false;
  }
  std::string_view text = source.text;
  for (uint32_t at = 0; at < text.size();) {
    DecodedCharacter character = decodeUtf8(text.substr(at));
    char32_t c = character.codePoint;
    bool control = isControl(c) && c != '\t' && c != '\n' && c != '\r';
    if (character.bytes == 0 || control) {
      char name[24];
      if (character.bytes > 1)
        std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(c));
      else
        std::snprintf(name, sizeof name, "byte 0x%02x", static_cast<unsigned char>(text[at]));
      std::string what = character.bytes == 0 ? " is not UTF-8" : " is a control character";
      report(Code::NotText, {at, at + std::max(character.bytes, 1u)},
             "this is not a text: " + std::string(name) + what)
          .help("programs are UTF-8 text; check that this is the file you meant");
      return false;
    }
    at += character.bytes;
  }
  return true;
}

TokenList lex(const SourceText &source, DiagnosticList &diagnostics) {
  return Lexer(source, diagnostics).run();
}

} // namespace xphi::dsl
