// Long sums and products: few levels, the value of the text, and the same tree when read again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

#include "dsl/Interpreter.h"
#include "dsl/Limits.h"

#include <cmath>
#include <limits>
#include <random>

namespace xphi::dsl {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Sums of a few thousand, and products of these, are exact.
constexpr double kValues[] = {1, -1, 2, 0.5, 0, -0.0, kInfinity, -kInfinity};
const std::string kInputs = "def f(a, b, c, d, z, n, i, j) = ";

struct Chain {
  std::string text;
  double value; ///< from left to right
};

/// Of random inputs among the first so many, and of random operators.
Chain randomChain(std::mt19937 &random, size_t terms, std::string_view operators, size_t inputs) {
  auto below = [&](size_t bound) { return random() % bound; };
  constexpr std::string_view names = "abcdznij";
  Chain chain{"", 0};
  for (size_t i = 0; i < terms; ++i) {
    size_t which = below(inputs);
    char sign = operators[below(operators.size())];
    double term = kValues[which];
    chain.text += i == 0 ? "" : std::string(" ") + sign + " ";
    chain.text += names[which];
    chain.value = i == 0        ? term
                  : sign == '+' ? chain.value + term
                  : sign == '-' ? chain.value - term
                  : sign == '*' ? chain.value * term
                                : chain.value / term;
  }
  return chain;
}

double valueOf(const ParseResult &result) {
  return evaluate(*result.program, result.program->entry(), kValues, {});
}

void expectReadsBack(const ParseResult &result, const std::string &text) {
  std::string printed = closure(*result.program, result.program->entry());
  ParseResult again = read(printed);
  ASSERT_TRUE(again) << again.render();
  EXPECT_EQ(closure(*again.program, again.program->entry()), printed);
  EXPECT_TRUE(sameDefinition(*result.program, result.program->entry(), *again.program,
                             again.program->entry()))
      << text.substr(0, 200);
}

bool same(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

std::vector<size_t> lengths() {
  std::vector<size_t> all;
  for (size_t n = 1; n <= 140; ++n)
    all.push_back(n);
  all.insert(all.end(), {255, 256, 257, 500, 501, 1000, 4999, 9000});
  return all;
}

TEST(OperatorChainTest, HasTheValueOfItsText) {
  std::mt19937 random(1);
  for (std::string_view operators : {"+", "+-", "-", "*", "*/", "/"})
    for (size_t inputs : {4u, 6u, 8u})
      for (size_t terms : lengths()) {
        // Products of many numbers leave the doubles; those of 1, -1, 0, inf do not.
        bool isProduct = operators.find_first_of("*/") != std::string_view::npos;
        Chain chain = randomChain(random, terms, operators, isProduct ? 2 : inputs);
        ParseResult result = read(kInputs + chain.text);
        ASSERT_TRUE(result) << result.render();
        EXPECT_PRED2(same, valueOf(result), chain.value) << chain.text.substr(0, 200);
        expectReadsBack(result, chain.text);
      }
}

TEST(OperatorChainTest, KeepsZerosInfinitiesAndNaNs) {
  std::mt19937 random(2);
  for (int i = 0; i < 2000; ++i) {
    std::string_view operators = i % 2 == 0 ? "+-" : "*/";
    Chain chain = randomChain(random, 65 + random() % 200, operators, 8);
    // All but a few factors 1, so that one zero or infinity decides.
    for (size_t at = 0; at < chain.text.size(); at += 4)
      if (random() % 64 != 0)
        chain.text[at] = i % 2 == 0 ? (random() % 2 == 0 ? 'z' : 'n') : 'b';
    double expected = 0;
    for (size_t at = 0; at < chain.text.size(); at += 4) {
      double term = kValues[std::string_view("abcdznij").find(chain.text[at])];
      char sign = at == 0 ? '=' : chain.text[at - 2];
      expected = sign == '='   ? term
                 : sign == '+' ? expected + term
                 : sign == '-' ? expected - term
                 : sign == '*' ? expected * term
                               : expected / term;
    }
    ParseResult result = read(kInputs + chain.text);
    ASSERT_TRUE(result) << result.render();
    EXPECT_PRED2(same, valueOf(result), expected) << chain.text;
  }
}

TEST(OperatorChainTest, ConditionsToo) {
  for (const char *word : {" or ", " and "}) {
    std::string text = "x > 0";
    for (int i = 1; i < 3000; ++i)
      text += word + ("x > " + std::to_string(i));
    ParseResult result = read("if " + text + " then 1 else 0");
    ASSERT_TRUE(result) << result.render();
    double x = 1;
    EXPECT_EQ(evaluate(*result.program, result.program->entry(), {&x, 1}, {}),
              std::string_view(word) == " or " ? 1 : 0);
    expectReadsBack(result, text);
  }
}

TEST(OperatorChainTest, PolynomialsAreWrittenByTheirCoefficients) {
  EXPECT_EQ(canonicalExpression("poly(x; [1, 2, 3])"), "x * (x * 3 + 2) + 1");
  EXPECT_EQ(canonicalExpression("poly(x; [7])"), "7");
  EXPECT_EQ(canonicalExpression("2 * poly(x; [x, exp(x)])"), "2 * (x * exp(x) + x)");
  EXPECT_EQ(canonical("def f(x; a = 1) = poly(x; [a, 0]) / poly(x; [1, poly(x; [2, a])])"),
            "def f(x; a = 1) = (x * 0 + a) / (x * (x * a + 2) + 1)\n");
}

TEST(OperatorChainTest, PolynomialsOfEveryLengthReadBack) {
  for (size_t count = 1; count < 260; ++count)
    for (const char *coefficient : {"2", "(x + 1 - x)", "if x > 0 then x else 1", "x^2 + 1"}) {
      std::string text = "poly(x; [";
      for (size_t i = 0; i < count; ++i)
        text += (i == 0 ? "" : ", ") + std::string(coefficient);
      ParseResult result = read(text + "])");
      if (!result) {
        EXPECT_EQ(codes(result), Codes{Code::TooDeep});
        EXPECT_GT(count, 240u);
        continue;
      }
      double x = 1, expected = static_cast<double>(count) * (coefficient[0] == 'x' ? 2 : 1);
      if (coefficient[0] == '2')
        expected *= 2;
      EXPECT_EQ(evaluate(*result.program, result.program->entry(), {&x, 1}, {}), expected);
      expectReadsBack(result, text);
    }
}

/// Chains of chains, with parentheses that are needed and some that are not.
std::string nested(std::mt19937 &random, int levels) {
  if (levels == 0 || random() % 6 == 0)
    return random() % 3 == 0 ? "-x" : random() % 2 == 0 ? "2" : "x^2";
  std::string_view operators = random() % 2 == 0 ? "+-" : "*/";
  size_t terms = 1 + random() % (random() % 3 == 0 ? 90 : 5);
  std::string text;
  for (size_t i = 0; i < terms; ++i) {
    bool deep = i == 0 || i == 32 || random() % 16 == 0;
    text += i == 0 ? "" : std::string(" ") + operators[random() % 2] + " ";
    text += deep ? "(" + nested(random, levels - 1) + ")" : "x";
  }
  return text;
}

TEST(OperatorChainTest, ChainsOfChainsReadBack) {
  std::mt19937 random(3);
  int read = 0;
  for (int i = 0; i < 400; ++i) {
    std::string text = nested(random, 5);
    ParseResult result = dsl::read(text);
    if (!result) {
      EXPECT_EQ(codes(result), Codes{Code::ExpandsTooFar});
      continue;
    }
    ++read;
    expectReadsBack(result, text);
  }
  EXPECT_GT(read, 300);
}

TEST(OperatorChainTest, DeepOperandsOfLongChainsReadBack) {
  // The deepest that is taken at any place of a chain, its printed form has parentheses more.
  for (size_t place : {0u, 1u, 31u, 32u, 33u, 63u, 64u, 65u, 100u, 127u, 128u, 199u}) {
    auto text = [&](size_t levels) {
      std::string made;
      for (size_t i = 0; i < 200; ++i)
        made += (i == 0       ? ""
                 : i % 3 == 0 ? " - "
                              : " + ") +
                (i == place ? repeat("exp(", levels) + "x" + repeat(")", levels) : "x");
      return made;
    };
    size_t levels = kMaxDepth;
    while (levels > 0 && !read(text(levels)))
      --levels;
    EXPECT_GT(levels, kMaxDepth - 64) << place;
    expectReadsBack(read(text(levels)), text(levels));
  }
}

} // namespace
} // namespace xphi::dsl
