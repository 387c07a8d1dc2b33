// The expression parser.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/ExpressionParser.h"

#include "dsl/Foreign.h"
#include "dsl/Limits.h"

#include <algorithm>
#include <utility>

namespace xphi::dsl {
const PrimitiveInfo *infixOperator(TokenKind kind) {
  switch (kind) {
  case TokenKind::Or:
    return &info(Primitive::Or);
  case TokenKind::And:
    return &info(Primitive::And);
  case TokenKind::Less:
    return &info(Primitive::Lt);
  case TokenKind::LessEqual:
    return &info(Primitive::Le);
  case TokenKind::Greater:
    return &info(Primitive::Gt);
  case TokenKind::GreaterEqual:
    return &info(Primitive::Ge);
  case TokenKind::EqualEqual:
    return &info(Primitive::Eq);
  case TokenKind::NotEqual:
    return &info(Primitive::Ne);
  case TokenKind::Plus:
    return &info(Primitive::Add);
  case TokenKind::Minus:
    return &info(Primitive::Sub);
  case TokenKind::Star:
    return &info(Primitive::Mul);
  case TokenKind::Slash:
    return &info(Primitive::Div);
  case TokenKind::Caret:
    return &info(Primitive::Pow);
  default:
    return nullptr;
  }
}

Precedence tighter(Precedence precedence) {
  return static_cast<Precedence>(static_cast<int>(precedence) + 1);
}

namespace {

/// Appends the ASCII digit of a superscript one and returns the bytes it took.
size_t superscriptDigit(std::string_view text, std::string &out) {
  constexpr std::string_view latin[] = {"¹", "²", "³"}; // two bytes each, the others have three
  for (size_t i = 0; i < std::size(latin); ++i) {
    if (text.starts_with(latin[i])) {
      out += static_cast<char>('1' + i);
      return latin[i].size();
    }
  }
  out += static_cast<char>('0' + (static_cast<unsigned char>(text[2]) - 0xb0));
  return 3;
}

} // namespace

SyntaxId ExpressionParser::node(SyntaxNode made, std::span<const SyntaxId> children) {
  made.firstChild = static_cast<uint32_t>(tree.pool.size());
  made.childCount = static_cast<uint32_t>(children.size());
  for (SyntaxId child : children)
    made.depth = std::max(made.depth, tree.nodes[child].depth + 1);
  for (const SyntaxArgument &argument : tree.argumentsOf(made))
    made.depth = std::max(made.depth, tree.nodes[argument.value].depth + 1);
  if (made.depth > kMaxDepth) {
    failTooDeep();
    return kMissing;
  }
  tree.pool.insert(tree.pool.end(), children.begin(), children.end());
  tree.nodes.push_back(made);
  return static_cast<SyntaxId>(tree.nodes.size() - 1);
}

SyntaxId ExpressionParser::apply(Primitive primitive, SourceRange range,
                                 std::initializer_list<SyntaxId> operands) {
  return node({.kind = SyntaxKind::Apply, .primitive = primitive, .range = range}, operands);
}

SyntaxId ExpressionParser::expression(Precedence minimum) {
  SyntaxId left = prefix(minimum);
  bool compared = false;
  while (const PrimitiveInfo *row = infixOperator(kind())) {
    if (row->precedence < minimum)
      break;
    if (row->precedence == Precedence::Power) {
      advance();
      Nested nested(*this);
      left = applyInfix(Primitive::Pow, left, expression(Precedence::Power));
    } else if (row->precedence == Precedence::Comparison) {
      SourceRange sign = advance().range;
      bool isChain = std::exchange(compared, true);
      if (isChain)
        fail(Code::ComparisonChain, sign, "comparisons cannot be chained")
            .help("write `a < b and b < c`");
      SyntaxId right = expression(tighter(Precedence::Comparison));
      left = isChain ? kMissing : applyInfix(row->primitive, left, right);
    } else {
      left = chain(left, row->precedence);
    }
  }
  return left;
}

SyntaxId ExpressionParser::prefix(Precedence minimum) {
  uint32_t weight = minimum > Precedence::Lowest ? 2 : 1;
  SourceRange begin = token().range;
  switch (kind()) {
  case TokenKind::Minus:
  case TokenKind::Not: {
    const PrimitiveInfo &row = info(kind() == TokenKind::Not ? Primitive::Not : Primitive::Neg);
    advance();
    Nested nested(*this);
    SyntaxId operand = expression(row.precedence);
    return apply(row.primitive, join(begin, rangeOf(operand)), {operand});
  }
  case TokenKind::If: {
    Nested nested(*this, weight);
    return conditional();
  }
  case TokenKind::Let: {
    Nested nested(*this, weight);
    return lets();
  }
  default:
    return power();
  }
}

SyntaxId ExpressionParser::conditional() {
  SourceRange begin = advance().range;
  SyntaxId condition = expression();
  if (!accept(TokenKind::Then))
    failExpected("'then'").help("a choice is written `if c then a else b`");
  SyntaxId then = expression();
  SyntaxId otherwise;
  if (kind() == TokenKind::Name && foreignWord(token().text) == foreignWord("elif")) {
    fail(Code::UnexpectedToken, token().range, quote(token().text) + " is not part of the language")
        .help(std::string(foreignWord(token().text)));
    otherwise = conditional();
  } else {
    if (!accept(TokenKind::Else))
      failExpected("'else'").help("an `if` has a value in both cases: `if c then a else b`");
    otherwise = expression();
  }
  SourceRange range = join(begin, rangeOf(otherwise));
  return node({.kind = SyntaxKind::If, .range = range},
              std::initializer_list<SyntaxId>{condition, then, otherwise});
}

/// A run of lets, without recursion: they are written one below the other.
SyntaxId ExpressionParser::lets() {
  struct Binding {
    SourceRange begin;
    SpelledName name;
    SyntaxId value;
  };
  std::vector<Binding> bindings;
  while (kind() == TokenKind::Let) {
    const Token &let = advance();
    std::optional<SpelledName> name = expectName("a name");
    expect(TokenKind::Equal, "'='");
    SyntaxId value;
    {
      Layout layout(*this, let.column);
      value = expression();
    }
    tree.letEnds.push_back({let.range.begin, token().range.begin});
    bindings.push_back({let.range, name.value_or(SpelledName{}), value});
    if (accept(TokenKind::In))
      continue;
    if (atClauseEnd())
      failExpected("the expression that the `let` is for")
          .help("write it on the line below, or behind `in`: `let t = 2 * x in t * t`");
    else if (!token().startsLine)
      failAfterExpression(tree.bareExpression);
  }
  SyntaxId body = expression();
  for (size_t i = bindings.size(); i-- > 0;) {
    const Binding &binding = bindings[i];
    SourceRange range = join(binding.begin, rangeOf(body));
    body = node({.kind = SyntaxKind::Let, .range = range, .name = binding.name},
                std::initializer_list<SyntaxId>{binding.value, body});
  }
  return body;
}

/// An atom with its superscripts: `x²`.
SyntaxId ExpressionParser::power() {
  SyntaxId base = atom();
  while (kind() == TokenKind::Superscript) {
    Nested nested(*this);
    const Token &digits = advance();
    std::string &spelling = tree.spellings.emplace_back();
    for (size_t i = 0; i < digits.text.size();)
      i += superscriptDigit(digits.text.substr(i), spelling);
    SyntaxId exponent = node(
        {.kind = SyntaxKind::Number, .range = digits.range, .name = {spelling, digits.range}}, {});
    base = apply(Primitive::Pow, join(rangeOf(base), digits.range), {base, exponent});
  }
  return base;
}

SyntaxId ExpressionParser::atom() {
  switch (kind()) {
  case TokenKind::Number: {
    const Token &number = advance();
    return node(
        {.kind = SyntaxKind::Number, .range = number.range, .name = {number.text, number.range}},
        {});
  }
  case TokenKind::Name: {
    const Token &name = advance();
    SpelledName spelled{name.text, name.range};
    if (kind() == TokenKind::LeftParen)
      return call(spelled);
    if (startsOperand(kind()) && !token().startsLine && !foreignWord(name.text).empty())
      return foreign(spelled);
    return node({.kind = SyntaxKind::Name, .range = name.range, .name = spelled}, {});
  }
  case TokenKind::LeftParen:
    return parenthesised();
  case TokenKind::Root:
    return root();
  case TokenKind::Diff:
    return derivative();
  case TokenKind::Unknown:
    while (kind() == TokenKind::Unknown)
      advance();
    return startsOperand(kind()) ? prefix(Precedence::Atom) : kMissing;
  default:
    failExpected("an expression");
    return kMissing;
  }
}

/// `return x`, `float t = x`: a word where this language has none.
SyntaxId ExpressionParser::foreign(SpelledName word) {
  fail(Code::UnexpectedToken, word.range, quote(word.text) + " is not part of the language")
      .help(std::string(foreignWord(word.text)));
  bool isPrefix = word.text == "return" || word.text == "yield";
  return isPrefix ? expression() : kMissing;
}

SyntaxId ExpressionParser::parenthesised() {
  Nested nested(*this);
  Layout layout(*this, kFreeLayout);
  const Token &open = advance();
  SyntaxId inner = expression();
  close(open, tree.bareExpression);
  return inner;
}

SyntaxId ExpressionParser::root() {
  Nested nested(*this);
  SourceRange sign = advance().range;
  SyntaxId operand = atom();
  SourceRange range = join(sign, rangeOf(operand));
  return node({.kind = SyntaxKind::Call, .range = range, .name = {"sqrt", sign}},
              std::initializer_list<SyntaxId>{operand});
}

SyntaxId ExpressionParser::call(SpelledName name) {
  Nested nested(*this);
  Layout layout(*this, kFreeLayout);
  const Token &open = advance();
  std::vector<SyntaxId> inputs;
  std::vector<SyntaxArgument> named;
  if (kind() != TokenKind::RightParen && kind() != TokenKind::Semicolon) {
    do {
      if (std::optional<SyntaxArgument> argument = namedArgument()) {
        fail(Code::UnexpectedToken, argument->name.range, "parameters stand behind a semicolon")
            .help("write `" + std::string(name.text) + "(x; " + std::string(argument->name.text) +
                  " = ...)`");
        continue;
      }
      inputs.push_back(expression());
    } while (accept(TokenKind::Comma));
  }
  if (kind() == TokenKind::Semicolon && token(1).kind == TokenKind::LeftBracket) {
    advance();
    SyntaxId made = polynomial(name, inputs);
    close(open, tree.bareExpression);
    if (made != kMissing)
      tree.nodes[made].range = join(name.range, previous());
    return made;
  }
  if (accept(TokenKind::Semicolon)) {
    do {
      if (std::optional<SyntaxArgument> argument = namedArgument())
        named.push_back(*argument);
      else
        failExpected("a parameter, as `name = value`");
    } while (accept(TokenKind::Comma));
  }
  close(open, tree.bareExpression);
  SyntaxNode made{.kind = SyntaxKind::Call, .range = join(name.range, previous()), .name = name};
  made.firstArgument = static_cast<uint32_t>(tree.arguments.size());
  made.argumentCount = static_cast<uint32_t>(named.size());
  tree.arguments.insert(tree.arguments.end(), named.begin(), named.end());
  return node(made, inputs);
}

/// `poly(x; [a, b, c])` for `x * (x * c + b) + a`, in which x is written as often as there are
/// powers of it: so it has to be a name.
SyntaxId ExpressionParser::polynomial(SpelledName name, std::span<const SyntaxId> inputs) {
  SourceRange list = advance().range;
  std::vector<SyntaxId> coefficients;
  do {
    // The printed form has so many parentheses around it.
    Nested nested(*this, static_cast<uint32_t>(coefficients.size()) + 2);
    coefficients.push_back(expression());
  } while (accept(TokenKind::Comma));
  expect(TokenKind::RightBracket, "',' or ']'");
  list = join(list, previous());
  if (name.text != "poly") {
    fail(Code::UnexpectedToken, list, "a list belongs to `poly`")
        .help("write `poly(x; [1, 2, 3])` for `1 + 2 * x + 3 * x^2`");
    return kMissing;
  }
  if (inputs.size() != 1 || tree.nodes[inputs[0]].kind != SyntaxKind::Name) {
    fail(Code::WrongArgumentCount, name.range, "'poly' takes one input, which is a name")
        .help("name it by `let t = 2 * x` and write `poly(t; [1, 2, 3])`");
    return kMissing;
  }
  SyntaxId sum = coefficients.back();
  for (size_t i = coefficients.size() - 1; i-- > 0;) {
    SyntaxId product = applyInfix(Primitive::Mul, node(tree.nodes[inputs[0]], {}), sum);
    sum = applyInfix(Primitive::Add, product, coefficients[i]);
  }
  return sum;
}

std::optional<SyntaxArgument> ExpressionParser::namedArgument() {
  if (kind() != TokenKind::Name || token(1).kind != TokenKind::Equal)
    return std::nullopt;
  const Token &name = advance();
  advance();
  return SyntaxArgument{{name.text, name.range}, expression()};
}

/// `diff(e, v)`, and `diff(e, v, 2)` for `diff(diff(e, v), v)`.
SyntaxId ExpressionParser::derivative() {
  Nested nested(*this);
  Layout layout(*this, kFreeLayout);
  SourceRange begin = advance().range;
  if (kind() != TokenKind::LeftParen) {
    failExpected("'('").help("a derivative is written `diff(gelu(x), x)`");
    return kMissing;
  }
  const Token &open = advance();
  SyntaxId made = expression();
  if (!accept(TokenKind::Comma))
    failExpected("',' and the variable to differentiate in")
        .help("a derivative is written `diff(gelu(x), x)`");
  std::optional<SpelledName> variable;
  if (kind() == TokenKind::Name)
    variable = expectName("");
  else
    failExpected("the variable to differentiate in")
        .help("it is an input or a parameter: `diff(gelu(x), x)`");
  uint32_t order = accept(TokenKind::Comma) ? derivativeOrder() : 1;
  close(open, tree.bareExpression);
  SourceRange range = join(begin, previous());
  for (; variable && order > 0; --order)
    made = node({.kind = SyntaxKind::Diff, .range = range, .name = *variable},
                std::initializer_list<SyntaxId>{made});
  return made;
}

uint32_t ExpressionParser::derivativeOrder() {
  const Token &written = token();
  if (kind() == TokenKind::Number) {
    advance();
    bool single = written.text.size() == 1 && written.text[0] >= '1' &&
                  written.text[0] <= static_cast<char>('0' + kMaxDerivativeOrder);
    if (single)
      return static_cast<uint32_t>(written.text[0] - '0');
  }
  fail(Code::BadOrder, written.range,
       "the order of a derivative is a whole number from 1 to " +
           std::to_string(kMaxDerivativeOrder))
      .help("the second derivative is written `diff(gelu(x), x, 2)`");
  return 1;
}

} // namespace xphi::dsl
