// Limits: a coded error one step past each, and never a crash.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

#include "dsl/Interpreter.h"
#include "dsl/Limits.h"

#include <chrono>
#include <cstdio>

namespace xphi::dsl {
namespace {

std::string nested(const char *open, const char *middle, const char *close, size_t times) {
  return repeat(open, times) + middle + repeat(close, times);
}

TEST(LimitsTest, DepthOfParentheses) {
  EXPECT_TRUE(read(nested("(", "x", ")", kMaxDepth - 1)));
  EXPECT_EQ(errorsOf(nested("(", "x", ")", kMaxDepth)), Codes{Code::TooDeep});
}

TEST(LimitsTest, DepthOfChains) {
  EXPECT_TRUE(read("x" + repeat(" + x", kMaxDepth - 1)));
  EXPECT_EQ(errorsOf("x" + repeat(" + x", kMaxDepth)), Codes{Code::TooDeep});
  EXPECT_TRUE(read("x" + repeat("^x", kMaxDepth - 1)));
  EXPECT_EQ(errorsOf("x" + repeat("^x", kMaxDepth)), Codes{Code::TooDeep});
}

TEST(LimitsTest, DepthOfCallsSignsAndChoices) {
  EXPECT_TRUE(read(nested("exp(", "x", ")", kMaxDepth - 1)));
  EXPECT_EQ(errorsOf(nested("exp(", "x", ")", kMaxDepth)), Codes{Code::TooDeep});
  EXPECT_TRUE(read(repeat("-", kMaxDepth - 1) + "x"));
  EXPECT_EQ(errorsOf(repeat("-", kMaxDepth) + "x"), Codes{Code::TooDeep});
  EXPECT_TRUE(read(repeat("if x > 0 then x else ", kMaxDepth - 2) + "x"));
  EXPECT_EQ(errorsOf(repeat("if x > 0 then x else ", kMaxDepth) + "x"), Codes{Code::TooDeep});
}

TEST(LimitsTest, TenThousandLevelsAreOneErrorOfEachKind) {
  for (const std::string &text :
       {nested("(", "x", ")", 10000), repeat("(", 10000), nested("exp(", "x", ")", 10000),
        "x" + repeat("+x", 10000), "x" + repeat("^x", 10000), repeat("-", 10000) + "x",
        repeat("√", 10000) + "x", "x" + repeat(" ²", 10000),
        repeat("if x > 0 then ", 10000) + "x" + repeat(" else x", 10000),
        repeat("let t = ", 10000) + "x", "x" + repeat(" + (x", 10000) + repeat(")", 10000)})
    EXPECT_EQ(errorsOf(text), Codes{Code::TooDeep}) << text.substr(0, 20);
}

TEST(LimitsTest, ManyLetsAreTooDeepToo) {
  std::string text;
  for (int i = 0; i < 10000; ++i)
    text += "let t" + std::to_string(i) + " = x\n";
  EXPECT_EQ(errorsOf(text + "x"), Codes{Code::TooDeep});
}

TEST(LimitsTest, PrintingStaysWithinTheDepth) {
  // In these the printed form has parentheses that the written one has not.
  for (const std::string &text :
       {repeat("1 + if x > 0 then x else ", 249) + "x", repeat("√", kMaxDepth - 1) + "x",
        repeat("2 * let t = x in ", 1) + "x", nested("(", "x²", ")", kMaxDepth - 2)}) {
    ParseResult result = read(text);
    ASSERT_TRUE(result) << result.render();
    std::string printed = closure(*result.program, result.program->entry());
    EXPECT_EQ(canonical(printed), printed) << text.substr(0, 30);
  }
}

TEST(LimitsTest, TheDeepestProgramsCanBeEvaluated) {
  ParseResult result = read("x" + repeat(" + x", kMaxDepth - 1));
  ASSERT_TRUE(result);
  double one = 1;
  EXPECT_EQ(evaluate(*result.program, result.program->entry(), {&one, 1}, {}), kMaxDepth);
}

std::string doublings(int count) {
  std::string text = "def f0(x) = x + x\n";
  for (int i = 1; i < count; ++i)
    text += "def f" + std::to_string(i) + "(x) = f" + std::to_string(i - 1) + "(x) + f" +
            std::to_string(i - 1) + "(x)\n";
  return text;
}

TEST(LimitsTest, CallsMayNotExplode) {
  EXPECT_TRUE(read(doublings(11)));
  EXPECT_EQ(errorsOf(doublings(40)), Codes{Code::ExpandsTooFar});
}

TEST(LimitsTest, ChainsOfCallsHaveALimit) {
  auto chain = [](int count) {
    std::string text = "def f0(x) = x\n";
    for (int i = 1; i < count; ++i)
      text += "def f" + std::to_string(i) + "(x) = f" + std::to_string(i - 1) + "(x)\n";
    return text;
  };
  ParseResult good = read(chain(500));
  ASSERT_TRUE(good) << good.render();
  double one = 1;
  EXPECT_EQ(evaluate(*good.program, good.program->entry(), {&one, 1}, {}), 1);
  EXPECT_EQ(errorsOf(chain(20000)), Codes{Code::ExpandsTooFar});
}

TEST(LimitsTest, LongRecursionsAreFoundWithoutRecursion) {
  std::string text;
  for (int i = 0; i < 20000; ++i)
    text += "def f" + std::to_string(i) + "(x) = f" + std::to_string((i + 1) % 20000) + "(x)\n";
  EXPECT_EQ(errorsOf(text), Codes{Code::Recursion});
}

TEST(LimitsTest, SizeOfTheText) {
  std::string comment = "x #";
  EXPECT_TRUE(read(comment + std::string(kMaxSourceBytes - comment.size(), '.')));
  EXPECT_EQ(errorsOf(comment + std::string(kMaxSourceBytes - comment.size() + 1, '.')),
            Codes{Code::SourceTooLarge});
}

TEST(LimitsTest, LengthOfANumber) {
  for (const std::string start : {"1.", "0.", "2e"}) {
    EXPECT_TRUE(read(start + repeat("0", kMaxNumberBytes - start.size()) + " * x")) << start;
    EXPECT_EQ(errorsOf(start + repeat("0", kMaxNumberBytes - start.size() + 1) + " * x"),
              Codes{Code::BadNumber})
        << start;
  }
  EXPECT_EQ(errorsOf("x + 0." + repeat("3", 1000000)), Codes{Code::BadNumber});
}

TEST(LimitsTest, NumberOfErrors) {
  std::string names;
  for (int i = 0; i < 100; ++i)
    names += "def f" + std::to_string(i) + "(x) = y\n";
  EXPECT_EQ(errorsOf(names).size(), kMaxErrors);
  EXPECT_EQ(errorsOf(repeat("def 1\n", 100000)).size(), kMaxErrors);
  EXPECT_EQ(errorsOf(repeat("$ ", 400000)).size(), kMaxErrors);
}

TEST(LimitsTest, HostileTextsOfFullSizeEndQuickly) {
  for (const char *part : {"(", ")", "def f(x) = x\n", "let ", "if ", "x,", "x^", "f(", "\n", "1.",
                           "def ", "()", "x;", "else ", "²", "/// doc\n", "def f("})
    EXPECT_FALSE(read(repeat(part, kMaxSourceBytes / std::string_view(part).size()))) << part;
}

#if !defined(__SANITIZE_ADDRESS__) && defined(__OPTIMIZE__)
double bestSecondsToRead(const char *text) {
  using Clock = std::chrono::steady_clock;
  auto best = Clock::duration::max();
  for (int i = 0; i < 50; ++i) {
    auto begin = Clock::now();
    ParseResult result = readWithLibrary(text);
    best = std::min(best, Clock::now() - begin);
    EXPECT_TRUE(result) << result.render();
  }
  return std::chrono::duration<double>(best).count();
}

TEST(LimitsTest, ADefinitionIsReadInAHundredMicroseconds) {
  for (const char *text :
       {"x * Phi(x)", "def prelu(x; a: channel = 0.25) = if x >= 0 then x else a * x",
        "def f(x; beta = 1) =\n  let t = beta * x\n"
        "  hard_swish(t) + x * sigmoid(t) + elu(x; alpha = 2)",
        "def ste(x) = round(x)\n  grad x = 1\n"
        "def f(x; a = 1) =\n  let t = tanh(a * x)\n  diff(ste(t) * t, x, 2) + diff(t, a)\n"
        "  kink x = 0: 0.5"}) {
    double seconds = bestSecondsToRead(text);
    std::printf("%6.1f us for %zu bytes\n", seconds * 1e6, std::string_view(text).size());
    EXPECT_LT(seconds, 100e-6) << text;
  }
}
#endif

} // namespace
} // namespace xphi::dsl
