// Lexer: what counts as one word, and what it is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Lexer.h"
#include "Programs.h"

namespace xphi::dsl {
namespace {

struct Lexed {
  SourceText source;
  DiagnosticList diagnostics;
  TokenList list;
  explicit Lexed(std::string text) : source{"t.phi", std::move(text)} {
    list = lex(source, diagnostics);
  }
  std::vector<TokenKind> kinds() const {
    std::vector<TokenKind> kinds;
    for (const Token &token : list.tokens)
      kinds.push_back(token.kind);
    return kinds;
  }
};

using K = TokenKind;

TEST(LexerTest, OperatorsTakeTheLongestSpelling) {
  EXPECT_EQ(Lexed("<= < == = >=>!=").kinds(),
            (std::vector{K::LessEqual, K::Less, K::EqualEqual, K::Equal, K::GreaterEqual,
                         K::Greater, K::NotEqual, K::End}));
}

TEST(LexerTest, KeywordsAreWholeWords) {
  EXPECT_EQ(Lexed("let lets in inf not_ grad").kinds(),
            (std::vector{K::Let, K::Name, K::In, K::Name, K::Name, K::Grad, K::End}));
}

TEST(LexerTest, NumbersKeepTheirSpelling) {
  Lexed lexed("0.10 .5 1e-3 2E+4 7.");
  ASSERT_EQ(lexed.list.tokens.size(), 6u);
  EXPECT_EQ(lexed.list.tokens[0].text, "0.10");
  EXPECT_EQ(lexed.list.tokens[1].text, ".5");
  EXPECT_EQ(lexed.list.tokens[2].text, "1e-3");
  EXPECT_EQ(lexed.list.tokens[3].text, "2E+4");
  EXPECT_EQ(lexed.list.tokens[4].text, "7.");
}

TEST(LexerTest, UnicodeSpellingsMeanTheirAsciiNames) {
  Lexed lexed("Φ φ σ π ∞ · × ≤ ≥ ≠ − ÷ √ x²³");
  EXPECT_FALSE(lexed.diagnostics.hasErrors());
  EXPECT_EQ(lexed.list.tokens[0].text, "Phi");
  EXPECT_EQ(lexed.list.tokens[1].text, "phi");
  EXPECT_EQ(lexed.list.tokens[2].text, "sigmoid");
  EXPECT_EQ(lexed.list.tokens[3].text, "pi");
  EXPECT_EQ(lexed.list.tokens[4].text, "inf");
  EXPECT_EQ(lexed.kinds(),
            (std::vector{K::Name, K::Name, K::Name, K::Name, K::Name, K::Star, K::Star,
                         K::LessEqual, K::GreaterEqual, K::NotEqual, K::Minus, K::Slash, K::Root,
                         K::Name, K::Superscript, K::End}));
}

TEST(LexerTest, CommentsVanishAndDocumentationIsKept) {
  Lexed lexed("# a\n/// first\r\n///second  \nx # tail");
  EXPECT_EQ(lexed.kinds(), (std::vector{K::Name, K::End}));
  ASSERT_EQ(lexed.list.docs.size(), 2u);
  EXPECT_EQ(lexed.source.slice(lexed.list.docs[0]), "first");
  EXPECT_EQ(lexed.source.slice(lexed.list.docs[1]), "second");
}

TEST(LexerTest, TokensKnowLineStartsAndColumns) {
  Lexed lexed("a\n  b c");
  const std::vector<Token> &tokens = lexed.list.tokens;
  EXPECT_TRUE(tokens[0].startsLine);
  EXPECT_TRUE(tokens[1].startsLine);
  EXPECT_EQ(tokens[1].column, 2u);
  EXPECT_FALSE(tokens[2].startsLine);
  EXPECT_EQ(tokens[2].range, (SourceRange{6, 7}));
}

TEST(LexerTest, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(canonicalExpression("\xef\xbb\xbfx + 1"), "x + 1");
}

TEST(LexerTest, SpellingsOfOtherLanguagesAreReportedAndUnderstood) {
  EXPECT_EQ(errorsOf("x ** 2"), Codes{Code::UnexpectedCharacter});
  EXPECT_EQ(errorsOf("if x > 0 && x < 1 then x else 0"), Codes{Code::UnexpectedCharacter});
  EXPECT_EQ(errorsOf("if !(x > 0) then x else 0"), Codes{Code::UnexpectedCharacter});
  EXPECT_EQ(errorsOf("[x + 1] * 2"), Codes{Code::UnexpectedCharacter});
  EXPECT_EQ(errorsOf("x + 1 // sum"), Codes{Code::UnexpectedCharacter});
  EXPECT_EQ(errorsOf("def f(x; α = 1) = α * x"),
            (Codes{Code::UnexpectedCharacter, Code::UnexpectedCharacter}));
}

TEST(LexerTest, MalformedNumbersAreOneErrorEach) {
  for (const char *text : {"0x1F", "1e", "1e+", "1.2.3", "1_000"})
    EXPECT_EQ(errorsOf(std::string("x + ") + text), Codes{Code::BadNumber}) << text;
}

TEST(LexerTest, ARunOfStrangeCharactersIsOneError) {
  EXPECT_EQ(errorsOf("x $@€$ "), Codes{Code::UnexpectedCharacter});
}

TEST(LexerTest, WhatIsNotTextIsOneError) {
  for (std::string text :
       {std::string("\x7f"
                    "ELF\x02\x01\x01\0\0\0",
                    10),
        std::string("x + \xff"), std::string("x\0y", 3), std::string("\xc0\xaf"),
        std::string("\xed\xa0\x80"), std::string("x + 1 # \xe2\x82"), std::string("\x1b[31mx")})
    EXPECT_EQ(errorsOf(text), Codes{Code::NotText});
}

} // namespace
} // namespace xphi::dsl
