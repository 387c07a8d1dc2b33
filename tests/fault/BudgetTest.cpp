// The budget of a compile: what is too long ends in time, and stops nobody else.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Child.h"

#include <xphi/xphi.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <sys/resource.h>
#include <thread>

namespace xphi::test {
namespace {

using Clock = std::chrono::steady_clock;

Options within(double seconds, std::uint64_t megabytes) {
  Options options;
  options.compilerLibrary = XPHI_REAL_COMPILER;
  options.compileSeconds = seconds;
  options.compileMegabytes = megabytes;
  return options;
}

std::string repeated(const std::string &part, const std::string &between, int times) {
  std::string text;
  for (int i = 1; i <= times; ++i)
    text += (i == 1 ? "" : between) + part + std::to_string(i) + ".25)";
  return text;
}

std::string towers(int count) {
  std::string text = "let a0 = x * sqrt(2)\n";
  for (int i = 1; i <= count; ++i)
    text += "let a" + std::to_string(i) + " = a" + std::to_string(i - 1) + " * tanh(a" +
            std::to_string(i - 1) + ") + sin(a" + std::to_string(i - 1) + ")\n";
  return text + "a" + std::to_string(count);
}

struct Hard {
  const char *name;
  std::string text;
  unsigned order;
};

std::vector<Hard> hardTexts() {
  std::string nested = "x";
  for (int i = 0; i != 450; ++i)
    nested = "sin(" + nested + ")";
  return {{"a sum of sines", repeated("sin(x * ", " + ", 450), 0},
          {"a product of sines", repeated("sin(x * ", " * ", 450), 1},
          {"nested sines", nested, 1},
          {"a tower of lets", towers(60), 4},
          {"x^x", "x^x", 16}};
}

TEST(BudgetTest, WhatTakesTooLongEndsInTime) {
  constexpr double seconds = 1;
  Engine engine(within(seconds, 1024));
  ASSERT_TRUE(Engine(within(60, 1024)).compile("x + 1")) << "the library is open from here on";
  int refusals = 0;
  for (const Hard &hard : hardTexts()) {
    const auto start = Clock::now();
    const auto kernel = engine.compile(hard.text, {.order = hard.order});
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    // A quarter more, and slack for a machine that does other things.
    EXPECT_LT(took, 1.25 * seconds + 3) << hard.name;
    if (!kernel) {
      EXPECT_EQ(kernel.error().code(), "X1009") << kernel.error().render();
      ++refusals;
    }
  }
  EXPECT_GT(refusals, 0) << "these are too easy to tell";
  EXPECT_TRUE(Engine(within(60, 1024)).compile("x + 2"));
}

/// Every value is used twice in the next one, of an input or of parameters alone: what looks at
/// operands again for each use has 2^levels of them to look at.
std::string usedTwice(std::mt19937 &random, int levels) {
  static constexpr std::array steps = {"# - 0.5 * #", "# * #", "sqrt(# * # + 1)", "abs(#) + #",
                                       "# / (1 + abs(#))"};
  static constexpr std::array leaves = {"a", "exp(a)", "x * a"};
  static constexpr std::array ends = {"x * #", "x / # + # / (1 + x^2)",
                                      "if x > # then sqrt(x * x + #) else sqrt(1 + abs(#))",
                                      "abs(x)^#"};
  const auto oneOf = [&](const auto &all) { return std::string(all[random() % all.size()]); };
  const auto with = [](const std::string &form, const std::string &name) {
    std::string text;
    for (const char each : form)
      text += each == '#' ? name : std::string(1, each);
    return text;
  };
  const std::string one = oneOf(steps), other = oneOf(steps);
  std::string text = "def f(x; a = 0.7) =\n  let t0 = " + oneOf(leaves) + "\n";
  for (int i = 1; i <= levels; ++i)
    text += "  let t" + std::to_string(i) + " = " +
            with(random() % 2 ? one : other, "t" + std::to_string(i - 1)) + "\n";
  return text + "  " + with(oneOf(ends), "t" + std::to_string(levels)) + "\n";
}

TEST(BudgetTest, WhatIsUsedTwiceAtEveryLevelEndsInTime) {
  constexpr double seconds = 2;
  Engine engine(within(seconds, 1024));
  ASSERT_TRUE(Engine(within(60, 1024)).compile("x + 1")) << "the library is open from here on";
  for (const std::string target : {"x86-64-v3", "x86-64-v4"})
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
      std::mt19937 random(seed);
      const std::string text = usedTwice(random, 28);
      CompileOptions options{.target = target};
      options.gradients = CompileOptions::allGradients();
      const auto start = Clock::now();
      const auto bytes = engine.emit(text, "object", options);
      const double took = std::chrono::duration<double>(Clock::now() - start).count();
      EXPECT_LT(took, 1.25 * seconds + 5) << text;
      if (!bytes)
        EXPECT_EQ(bytes.error().code(), "X1009") << bytes.error().render();
    }
}

TEST(BudgetTest, WhatTakesTooMuchMemoryIsRefused) {
  EXPECT_EQ(inChild([] {
              if (!Engine(within(60, 1024)).compile("x + 1"))
                return 1;
              rusage before = {}, after = {};
              ::getrusage(RUSAGE_SELF, &before);
              const auto kernel = Engine(within(60, 40)).compile(repeated("sin(x * ", " + ", 300));
              ::getrusage(RUSAGE_SELF, &after);
              if (kernel || kernel.error().code() != "X1009" ||
                  kernel.error().message().find("40 MiB") == std::string::npos)
                return 2;
              if ((after.ru_maxrss - before.ru_maxrss) / 1024 > 80)
                return 3;
              return Engine(within(60, 1024)).compile("x + 2") ? 0 : 4;
            }),
            0);
}

TEST(BudgetTest, ALongCompileStopsNobodyElse) {
  Engine engine(within(60, 1024));
  ASSERT_TRUE(engine.compile("x + 1"));
  Clock::time_point longEnd, shortEnd;
  std::thread longOne([&] {
    static_cast<void>(engine.compile(repeated("sin(x * ", " + ", 128)));
    longEnd = Clock::now();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  Engine other(within(60, 1024));
  for (int i = 0; i != 3; ++i)
    EXPECT_TRUE(other.compile("tanh(x) + " + std::to_string(i)));
  shortEnd = Clock::now();
  longOne.join();
  EXPECT_LT(shortEnd, longEnd);
}

TEST(BudgetTest, AMessageSaysWhatToRaise) {
  const auto kernel = Engine(within(0, 1024)).compile("sin(x)");
  ASSERT_FALSE(kernel);
  EXPECT_EQ(kernel.error().code(), "X1009");
  EXPECT_NE(kernel.error().message().find("Options::compileSeconds"), std::string::npos);
}

} // namespace
} // namespace xphi::test
