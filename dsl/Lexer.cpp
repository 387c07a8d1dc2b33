// The lexer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Lexer.h"

#include "dsl/Limits.h"
#include "dsl/Utf8.h"

#include <algorithm>
#include <array>
#include <cstdio>

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

/// Spellings of other languages, with what they mean here.
struct ForeignSpelling {
  std::string_view text;
  TokenKind kind;
  std::string_view help;
};
constexpr ForeignSpelling foreignOperators[] = {
    {"**", TokenKind::Caret, "a power is written `x^2`"},
    {"&&", TokenKind::And, "conditions are joined with `and`"},
    {"&", TokenKind::And, "conditions are joined with `and`"},
    {"||", TokenKind::Or, "conditions are joined with `or`"},
    {"%", TokenKind::Slash, "a remainder is written `x - floor(x / y) * y`"},
    {"!", TokenKind::Not, "a condition is negated with `not`"},
    {"[", TokenKind::LeftParen, "only round parentheses group"},
    {"]", TokenKind::RightParen, "only round parentheses group"},
    {"{", TokenKind::LeftParen, "only round parentheses group"},
    {"}", TokenKind::RightParen, "only round parentheses group"}};

struct NamedCharacter {
  std::string_view text;
  std::string_view name;
};
constexpr NamedCharacter namedCharacters[] = {{"Φ", "Phi"},     {"φ", "phi"}, {"ϕ", "phi"},
                                              {"σ", "sigmoid"}, {"π", "pi"},  {"∞", "inf"}};
constexpr NamedCharacter greekLetters[] = {
    {"α", "alpha"}, {"β", "beta"},  {"γ", "gamma"},  {"δ", "delta"}, {"ε", "epsilon"},
    {"θ", "theta"}, {"κ", "kappa"}, {"λ", "lambda"}, {"μ", "mu"},    {"µ", "mu"},
    {"ξ", "xi"},    {"τ", "tau"},   {"ω", "omega"}};
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

static_assert(kMaxNumberBytes == 1000, "as the message says");

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
    } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      number();
    } else if (c == '"') {
      quotedText();
    } else if (isLetter(c)) {
      uint32_t bytes = 1;
      while (isNameCharacter(peek(bytes)))
        ++bytes;
      push(keywordOrName(text.substr(at, bytes)), bytes);
    } else {
      symbol();
    }
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
          .help("comments start with `#`, documentation with `///`");
    }
    at += bytes;
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
    else if (bytes > kMaxNumberBytes)
      problem = "it is longer than a number may be, 1000 characters";
    if (problem.empty())
      return push(TokenKind::Number, bytes);

    while (isNameCharacter(peek(bytes)) || peek(bytes) == '.')
      ++bytes;
    report(Code::BadNumber, bytes, "malformed number: " + std::string(problem));
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
    if (const ForeignSpelling *foreign = findPrefix(foreignOperators, rest());
        foreign && !rest().starts_with("!=")) {
      uint32_t bytes = static_cast<uint32_t>(foreign->text.size());
      report(Code::UnexpectedCharacter, bytes,
             "'" + std::string(foreign->text) + "' is not part of the language")
          .help(std::string(foreign->help));
      push(foreign->kind, bytes);
    } else if (const Spelling *known = findPrefix(operators, rest())) {
      push(known->kind, static_cast<uint32_t>(known->text.size()));
    } else if (const NamedCharacter *name = findPrefix(namedCharacters, rest())) {
      push(TokenKind::Name, static_cast<uint32_t>(name->text.size()), name->name);
    } else if (uint32_t bytes = superscriptBytes(rest())) {
      while (uint32_t more = superscriptBytes(text.substr(at + bytes)))
        bytes += more;
      push(TokenKind::Superscript, bytes);
    } else if (const NamedCharacter *letter = findPrefix(greekLetters, rest())) {
      uint32_t bytes = static_cast<uint32_t>(letter->text.size());
      report(Code::UnexpectedCharacter, bytes, "names are written in ASCII letters")
          .help("write '" + std::string(letter->name) + "' for '" + std::string(letter->text) +
                "'");
      push(TokenKind::Name, bytes, letter->name);
    } else {
      unknown();
    }
  }

  bool startsToken(std::string_view left) const {
    return std::string_view(" \t\r\n#._\"").find(left[0]) != std::string_view::npos ||
           isNameCharacter(left[0]) || findPrefix(operators, left) ||
           findPrefix(foreignOperators, left) || findPrefix(namedCharacters, left) ||
           findPrefix(greekLetters, left) || superscriptBytes(left) > 0;
  }

  /// One message for a run of them: they tend to come in crowds.
  void unknown() {
    uint32_t first = decodeUtf8(rest()).bytes, bytes = first;
    while (at + bytes < text.size() && !startsToken(text.substr(at + bytes)))
      bytes += decodeUtf8(text.substr(at + bytes)).bytes;
    std::string shown(text.substr(at, first));
    Diagnostic &diagnostic =
        report(Code::UnexpectedCharacter, bytes,
               bytes == first ? "unexpected character '" + shown + "'" : "unexpected characters");
    if (shown == "|")
      diagnostic.help("an absolute value is written `abs(x)`");
    else if (shown == "?")
      diagnostic.help("a choice is written `if x > 0 then x else 0`");
    push(TokenKind::Unknown, bytes);
  }

  std::string_view text;
  DiagnosticList &diagnostics;
  TokenList list;
  uint32_t at = 0;
  uint32_t column = 0; ///< of the character at `measured`
  uint32_t measured = 0;
  bool startsLine = true;
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
           "the text has " + std::to_string(source.text.size()) + " bytes, more than " +
               std::to_string(kMaxSourceBytes));
    return false;
  }
  std::string_view text = source.text;
  for (uint32_t at = 0; at < text.size();) {
    DecodedCharacter character = decodeUtf8(text.substr(at));
    char32_t c = character.codePoint;
    bool control = c == 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
    if (character.bytes == 0 || control) {
      char byte[8];
      std::snprintf(byte, sizeof byte, "0x%02x", static_cast<unsigned char>(text[at]));
      std::string what = character.bytes == 0 ? " is not UTF-8" : " is a control character";
      report(Code::NotText, {at, at + 1}, "this is not a text: byte " + std::string(byte) + what)
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
