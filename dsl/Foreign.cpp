// The tables of foreign spellings.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Foreign.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace xphi::dsl {
namespace {

/// Longer spellings first.
constexpr ForeignOperator operators[] = {
    {"**", TokenKind::Caret, "a power is written `x^2`"},
    {"&&", TokenKind::And, "conditions are joined with `and`"},
    {"&", TokenKind::And, "conditions are joined with `and`"},
    {"∧", TokenKind::And, "conditions are joined with `and`"},
    {"||", TokenKind::Or, "conditions are joined with `or`"},
    {"∨", TokenKind::Or, "conditions are joined with `or`"},
    {"%", TokenKind::Slash, "a remainder is written `x - floor(x / y) * y`"},
    {"!", TokenKind::Not, "a condition is negated with `not`"},
    {"¬", TokenKind::Not, "a condition is negated with `not`"},
    {":=", TokenKind::Unknown, "a value is named by `let t = 2 * x`"},
    {"←", TokenKind::Unknown, "a value is named by `let t = 2 * x`"},
    {"[", TokenKind::LeftParen, "only round parentheses group"},
    {"]", TokenKind::RightParen, "only round parentheses group"},
    {"{", TokenKind::LeftParen, "only round parentheses group"},
    {"}", TokenKind::RightParen, "only round parentheses group"}};

constexpr LookAlike lookAlikes[] = {
    {"‐", "-", TokenKind::Minus},      {"‑", "-", TokenKind::Minus},
    {"‒", "-", TokenKind::Minus},      {"–", "-", TokenKind::Minus},
    {"—", "-", TokenKind::Minus},      {"―", "-", TokenKind::Minus},
    {"﹣", "-", TokenKind::Minus},     {"－", "-", TokenKind::Minus},
    {"＋", "+", TokenKind::Plus},      {"∗", "*", TokenKind::Star},
    {"＊", "*", TokenKind::Star},      {"∙", "*", TokenKind::Star},
    {"•", "*", TokenKind::Star},       {"⋆", "*", TokenKind::Star},
    {"✕", "*", TokenKind::Star},       {"⁎", "*", TokenKind::Star},
    {"∕", "/", TokenKind::Slash},      {"⁄", "/", TokenKind::Slash},
    {"／", "/", TokenKind::Slash},     {"＾", "^", TokenKind::Caret},
    {"（", "(", TokenKind::LeftParen}, {"）", ")", TokenKind::RightParen},
    {"，", ",", TokenKind::Comma},     {"；", ";", TokenKind::Semicolon},
    {"：", ":", TokenKind::Colon},     {"＝", "=", TokenKind::Equal},
    {"＜", "<", TokenKind::Less},      {"＞", ">", TokenKind::Greater},
    {"⩽", "<=", TokenKind::LessEqual}, {"⩾", ">=", TokenKind::GreaterEqual},
    {"≦", "<=", TokenKind::LessEqual}, {"≧", ">=", TokenKind::GreaterEqual},
    {"\u00a0", " ", TokenKind::End},   {"\u00ad", " ", TokenKind::End},
    {"\u1680", " ", TokenKind::End},   {"\u2000", " ", TokenKind::End},
    {"\u2001", " ", TokenKind::End},   {"\u2002", " ", TokenKind::End},
    {"\u2003", " ", TokenKind::End},   {"\u2004", " ", TokenKind::End},
    {"\u2005", " ", TokenKind::End},   {"\u2006", " ", TokenKind::End},
    {"\u2007", " ", TokenKind::End},   {"\u2008", " ", TokenKind::End},
    {"\u2009", " ", TokenKind::End},   {"\u200a", " ", TokenKind::End},
    {"\u200b", " ", TokenKind::End},   {"\u200c", " ", TokenKind::End},
    {"\u200d", " ", TokenKind::End},   {"\u2028", " ", TokenKind::End},
    {"\u2029", " ", TokenKind::End},   {"\u202f", " ", TokenKind::End},
    {"\u205f", " ", TokenKind::End},   {"\u2060", " ", TokenKind::End},
    {"\u2061", " ", TokenKind::End},   {"\u2062", " ", TokenKind::End},
    {"\u3000", " ", TokenKind::End},   {"\ufeff", " ", TokenKind::End}};

constexpr FractionCharacter fractions[] = {
    {"½", "1 / 2"}, {"⅓", "1 / 3"}, {"¼", "1 / 4"}, {"⅕", "1 / 5"}, {"⅙", "1 / 6"},
    {"⅐", "1 / 7"}, {"⅛", "1 / 8"}, {"⅑", "1 / 9"}, {"⅔", "2 / 3"}, {"¾", "3 / 4"},
    {"⅖", "2 / 5"}, {"⅗", "3 / 5"}, {"⅘", "4 / 5"}, {"⅚", "5 / 6"}, {"⅜", "3 / 8"},
    {"⅝", "5 / 8"}, {"⅞", "7 / 8"}, {"⅒", "1 / 10"}};

constexpr GreekLetter greekLetters[] = {
    {"α", "alpha"}, {"β", "beta"},  {"γ", "gamma"},  {"δ", "delta"}, {"ε", "epsilon"},
    {"θ", "theta"}, {"κ", "kappa"}, {"λ", "lambda"}, {"μ", "mu"},    {"µ", "mu"},
    {"ξ", "xi"},    {"τ", "tau"},   {"ω", "omega"}};

constexpr std::string_view derivative = "a derivative is written `diff(gelu(x), x)`";
constexpr std::string_view elements =
    "functions here are of one element of each input: sums over many are made outside";
constexpr std::pair<std::string_view, std::string_view> characters[] = {
    {"|", "an absolute value is written `abs(x)`"},
    {"?", "a choice is written `if x > 0 then x else 0`"},
    {"'", derivative},
    {"′", derivative},
    {"∂", derivative},
    {"∇", derivative},
    {"∛", "a cube root is written `cbrt(x)`"},
    {"∑", elements},
    {"Σ", elements},
    {"∏", elements},
    {"∫", elements},
    {"@", elements}};

constexpr std::string_view raised[] = {"⁻", "⁺", "ⁿ", "ˣ", "ⁱ", "⁽", "⁾", "⁰", "¹",
                                       "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
constexpr size_t raisedMarks = 7; ///< those that are not digits
constexpr std::string_view lowered[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};

constexpr std::string_view modules[] = {
    "F",       "K",   "cmath", "cp",    "functional", "jax", "jnp",    "keras",  "lax", "math",
    "mx",      "nn",  "np",    "numpy", "onp",        "ops", "paddle", "scipy",  "sp",  "sps",
    "special", "std", "stats", "sympy", "tf",         "tl",  "torch",  "triton", "tfp"};

constexpr std::pair<std::string_view, std::string_view> latex[] = {
    {"sigma", "sigmoid(x)"},
    {"Phi", "Phi(x)"},
    {"phi", "phi(x)"},
    {"varphi", "phi(x)"},
    {"frac", "a / b"},
    {"dfrac", "a / b"},
    {"tfrac", "a / b"},
    {"cdot", "a * b"},
    {"times", "a * b"},
    {"sqrt", "sqrt(x)"},
    {"exp", "exp(x)"},
    {"ln", "log(x)"},
    {"log", "log(x)"},
    {"tanh", "tanh(x)"},
    {"sinh", "sinh(x)"},
    {"cosh", "cosh(x)"},
    {"sin", "sin(x)"},
    {"cos", "cos(x)"},
    {"tan", "tan(x)"},
    {"arctan", "atan(x)"},
    {"max", "max(x, 0)"},
    {"min", "min(x, 0)"},
    {"pi", "pi"},
    {"infty", "inf"},
    {"alpha", "alpha"},
    {"beta", "beta"},
    {"gamma", "gamma"},
    {"lambda", "lambda"},
    {"le", "a <= b"},
    {"leq", "a <= b"},
    {"ge", "a >= b"},
    {"geq", "a >= b"},
    {"left", "(a + b)"},
    {"right", "(a + b)"},
    {"operatorname", "erf(x)"},
    {"mathrm", "erf(x)"},
    {"text", "erf(x)"},
    {"begin", "if x > 0 then x else 0"}};

constexpr std::string_view value = "leave it out: the last expression is the value";
constexpr std::string_view definition = "a function is written `def f(x) = ...`";
constexpr std::string_view naming = "a value is named by `let t = 2 * x`";
constexpr std::pair<std::string_view, std::string_view> words[] = {{"return", value},
                                                                   {"yield", value},
                                                                   {"lambda", definition},
                                                                   {"function", definition},
                                                                   {"func", definition},
                                                                   {"fn", definition},
                                                                   {"fun", definition},
                                                                   {"var", naming},
                                                                   {"const", naming},
                                                                   {"auto", naming},
                                                                   {"val", naming},
                                                                   {"float", naming},
                                                                   {"double", naming},
                                                                   {"elif", "write `else if`"},
                                                                   {"elsif", "write `else if`"},
                                                                   {"elseif", "write `else if`"}};

constexpr std::string_view reduction =
    "it is a reduction over many elements; functions here are of one element of each input";
constexpr std::string_view randomness =
    "it is random; functions here give the same value for the same input. Make the random numbers "
    "outside and pass them as an input, or choose elements by `dropped(p, seed, stream)`";
constexpr std::string_view linear =
    "it combines whole arrays; functions here are of one element of each input";
constexpr std::string_view parts =
    "it rearranges arrays; pass the parts as inputs: `def f(a, b) = silu(a) * b`";
constexpr std::string_view choice = "a choice is written `if c then a else b`, or `where(c, a, b)`";
constexpr std::string_view special = "there is no such function; write it by those there are";
constexpr std::string_view operatorItself = "it is written by its operator: `a + b`, `a * b`";
constexpr std::string_view stopped =
    "the derivative of a definition is replaced by a clause: `grad x = 0`";
constexpr std::pair<std::string_view, std::string_view> absent[] = {
    {"softmax", reduction},
    {"log_softmax", reduction},
    {"logsoftmax", reduction},
    {"softmin", reduction},
    {"sparsemax", reduction},
    {"gumbel_softmax", reduction},
    {"logsumexp", reduction},
    {"sum", reduction},
    {"mean", reduction},
    {"average", reduction},
    {"median", reduction},
    {"prod", reduction},
    {"product", reduction},
    {"cumsum", reduction},
    {"cumprod", reduction},
    {"var", reduction},
    {"variance", reduction},
    {"std", reduction},
    {"norm", reduction},
    {"normalize", reduction},
    {"argmax", reduction},
    {"argmin", reduction},
    {"amax", reduction},
    {"amin", reduction},
    {"maxout", reduction},
    {"any", reduction},
    {"all", reduction},
    {"count", reduction},
    {"layer_norm", reduction},
    {"layernorm", reduction},
    {"batch_norm", reduction},
    {"batchnorm", reduction},
    {"group_norm", reduction},
    {"instance_norm", reduction},
    {"rms_norm", reduction},
    {"rmsnorm", reduction},
    {"max_pool", reduction},
    {"avg_pool", reduction},
    {"alpha_dropout", randomness},
    {"rand", randomness},
    {"randn", randomness},
    {"random", randomness},
    {"uniform", randomness},
    {"normal", randomness},
    {"bernoulli", randomness},
    {"noise", randomness},
    {"matmul", linear},
    {"mm", linear},
    {"bmm", linear},
    {"dot", linear},
    {"dense", linear},
    {"conv", linear},
    {"conv1d", linear},
    {"conv2d", linear},
    {"einsum", linear},
    {"outer", linear},
    {"embedding", linear},
    {"attention", linear},
    {"cat", parts},
    {"concat", parts},
    {"concatenate", parts},
    {"stack", parts},
    {"split", parts},
    {"chunk", parts},
    {"reshape", parts},
    {"transpose", parts},
    {"permute", parts},
    {"view", parts},
    {"flatten", parts},
    {"select", choice},
    {"ifelse", choice},
    {"if_else", choice},
    {"ifthenelse", choice},
    {"iif", choice},
    {"iff", choice},
    {"cond", choice},
    {"ternary", choice},
    {"piecewise", choice},
    {"Piecewise", choice},
    {"masked_fill", choice},
    {"detach", stopped},
    {"stop_gradient", stopped},
    {"no_grad", stopped},
    {"atan2", "where x is positive it is `atan(y / x)`"},
    {"arctan2", "where x is positive it is `atan(y / x)`"},
    {"mod", "a remainder is written `x - floor(x / y) * y`"},
    {"fmod", "a remainder is written `x - floor(x / y) * y`"},
    {"remainder", "a remainder is written `x - floor(x / y) * y`"},
    {"sqr", "a square is written `x^2`"},
    {"cube", "a cube is written `x^3`"},
    {"reciprocal", "it is written `1 / x`"},
    {"inv", "it is written `1 / x`"},
    {"neg", "it is written `-x`"},
    {"negative", "it is written `-x`"},
    {"add", operatorItself},
    {"sub", operatorItself},
    {"subtract", operatorItself},
    {"mul", operatorItself},
    {"multiply", operatorItself},
    {"div", operatorItself},
    {"divide", operatorItself},
    {"true_divide", operatorItself},
    {"fma", "it is written `a * b + c`"},
    {"lerp", "it is written `a + (b - a) * t`"},
    {"sec", "it is written `1 / cos(x)`"},
    {"csc", "it is written `1 / sin(x)`"},
    {"cot", "it is written `1 / tan(x)`"},
    {"csch", "it is written `1 / sinh(x)`"},
    {"coth", "it is written `1 / tanh(x)`"},
    {"poly", "a polynomial is written `poly(x; [1, 2, 3])`, for `1 + 2 * x + 3 * x^2`"},
    {"polyval", "a polynomial is written `poly(x; [1, 2, 3])`, for `1 + 2 * x + 3 * x^2`"},
    {"polynomial", "a polynomial is written `poly(x; [1, 2, 3])`, for `1 + 2 * x + 3 * x^2`"},
    {"horner", "a polynomial is written `poly(x; [1, 2, 3])`, for `1 + 2 * x + 3 * x^2`"},
    {"gamma", special},
    {"lgamma", special},
    {"gammaln", special},
    {"digamma", special},
    {"beta", special},
    {"zeta", special},
    {"erfinv", special},
    {"ndtri", special},
    {"probit", special},
    {"lambertw", special},
    {"airy", special},
    {"j0", special},
    {"j1", special},
    {"i0", special},
    {"expint", special}};

template <class Table> auto findPrefix(const Table &table, std::string_view text) {
  auto found = std::find_if(std::begin(table), std::end(table),
                            [text](const auto &row) { return text.starts_with(row.text); });
  return found == std::end(table) ? nullptr : &*found;
}

template <class Table> std::string_view find(const Table &table, std::string_view name) {
  auto found = std::find_if(std::begin(table), std::end(table),
                            [name](const auto &row) { return row.first == name; });
  return found == std::end(table) ? std::string_view() : found->second;
}

/// Bytes of the run of these characters at the beginning, and whether one of the first few is
/// there.
template <size_t N>
std::pair<uint32_t, bool> run(const std::string_view (&characters)[N], std::string_view text,
                              size_t marks) {
  std::pair<uint32_t, bool> found{0, false};
  for (;;) {
    auto next = std::find_if(std::begin(characters), std::end(characters), [&](auto character) {
      return text.substr(found.first).starts_with(character);
    });
    if (next == std::end(characters))
      return found;
    found.first += static_cast<uint32_t>(next->size());
    found.second |= static_cast<size_t>(next - std::begin(characters)) < marks;
  }
}

} // namespace

const ForeignOperator *foreignOperator(std::string_view text) {
  return text.starts_with("!=") ? nullptr : findPrefix(operators, text);
}

const LookAlike *lookAlike(std::string_view text) { return findPrefix(lookAlikes, text); }

const FractionCharacter *fractionCharacter(std::string_view text) {
  return findPrefix(fractions, text);
}

const GreekLetter *greekLetter(std::string_view text) { return findPrefix(greekLetters, text); }

uint32_t raisedBytes(std::string_view text) {
  auto [bytes, marked] = run(raised, text, raisedMarks);
  return marked ? bytes : 0;
}

uint32_t loweredBytes(std::string_view text) { return run(lowered, text, 0).first; }

std::string_view helpWithCharacter(std::string_view character) {
  return find(characters, character);
}

bool isModule(std::string_view name) {
  return std::find(std::begin(modules), std::end(modules), name) != std::end(modules);
}

std::string_view latexMeaning(std::string_view command) { return find(latex, command); }

std::string_view foreignWord(std::string_view name) { return find(words, name); }

std::string_view absentFunction(std::string_view name) { return find(absent, name); }

} // namespace xphi::dsl
