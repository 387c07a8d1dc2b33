// Small stacks: what the language allows compiles and runs on a thread of 128 KiB.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Child.h"

#include <xphi/xphi.hpp>

#include <gtest/gtest.h>
#include <pthread.h>
#include <string>
#include <vector>

namespace xphi::test {
namespace {

// In a child, so that a test says which one it was.
int onStack(std::size_t kibibytes, const std::function<int()> &body) {
  return inChild([&] {
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, kibibytes << 10);
    struct Errand {
      const std::function<int()> &body;
      int result;
    } errand{body, -1};
    pthread_t thread;
    ::pthread_create(
        &thread, &attributes,
        [](void *argument) -> void * {
          auto *errand = static_cast<Errand *>(argument);
          errand->result = errand->body();
          return nullptr;
        },
        &errand);
    ::pthread_join(thread, nullptr);
    return errand.result;
  });
}

Options memoryOnly() {
  Options options;
  options.compilerLibrary = XPHI_REAL_COMPILER;
  options.compileSeconds = 60;
  return options;
}

std::string repeat(const std::string &part, int times) {
  std::string text;
  while (times-- > 0)
    text += part;
  return text;
}

std::string chain(int count) {
  std::string text = "def f0(x) = x + 1\n";
  for (int i = 1; i < count; ++i)
    text += "def f" + std::to_string(i) + "(x) = f" + std::to_string(i - 1) + "(x)\n";
  return text;
}

TEST(StackTest, TheDeepestTextsCompileOnSmallThreads) {
  const std::pair<const char *, std::string> texts[] = {
      {"calls", repeat("abs(", 450) + "x" + repeat(")", 450)},
      {"parentheses", repeat("(", 498) + "x" + repeat(")", 498)},
      {"signs", repeat("-", 498) + "x"},
      {"choices", repeat("if x > 0 then x else ", 490) + "x"},
      {"powers", "x" + repeat("^x", 60)},
      {"definitions", chain(900)}};
  for (const auto &[name, text] : texts)
    for (std::size_t kibibytes : {128, 512})
      EXPECT_EQ(onStack(kibibytes,
                        [&] {
                          const auto kernel =
                              Engine(memoryOnly()).compile(text, {.backward = false});
                          return kernel ? 0 : 1;
                        }),
                0)
          << name << " on " << kibibytes << " KiB";
}

TEST(StackTest, WrongTextsAreRefusedOnSmallThreads) {
  for (const std::string &text :
       {repeat("(", 10000), repeat("sin(", 10000) + "x", "x" + repeat("+x", 10000), chain(2500)})
    EXPECT_EQ(onStack(128,
                      [&] {
                        const auto kernel = Engine(memoryOnly()).compile(text);
                        return kernel ? 1 : kernel.error().code() == "X2099" ? 2 : 0;
                      }),
              0)
        << text.substr(0, 20);
}

// Long code keeps much on the stack, whatever is long in it.
TEST(StackTest, LongKernelsRunOnSmallThreads) {
  std::string sum = "sin(x)";
  for (int i = 2; i != 250; ++i)
    sum += " + sin(" + std::to_string(i) + ".5 * x)";
  const std::vector<float> x(20, 0.5f);
  for (const std::string &text : {sum, repeat("sin(", 200) + "x" + repeat(")", 200)}) {
    const auto kernel = Engine(memoryOnly()).compile(text, {.backward = false});
    ASSERT_TRUE(kernel) << kernel.error().render();
    std::vector<float> expected(x.size());
    ASSERT_TRUE(kernel->forward(x, expected));
    const auto right = [&] {
      std::vector<float> y(x.size());
      return kernel->forward(x, y) && y == expected ? 0 : 1;
    };
    EXPECT_EQ(onStack(128, right), 0) << text.substr(0, 20);
  }
}

TEST(StackTest, GradientsOfParametersRunOnSmallThreads) {
  const auto kernel = Engine(memoryOnly())
                          .compile("def f(x; a = 1, c: channel = 2) = a * tanh(c * x)",
                                   {.gradients = CompileOptions::allGradients()});
  ASSERT_TRUE(kernel) << kernel.error().render();
  const std::vector<float> x(1 << 18, 0.5f), c{2, 3, 4, 5};
  const auto gradients = [&] {
    std::vector<float> dx(x.size()), da(1), dc(c.size());
    const Kernel::Input parameters[] = {{}, c};
    const bool done = kernel->gradients({{x}}, x, {{dx, da, dc}}, {parameters, {c.size(), 1}}).ok();
    return std::vector<float>{float(done), dx[7], da[0], dc[0], dc[3]};
  };
  const std::vector<float> expected = gradients();
  ASSERT_EQ(expected[0], 1);
  for (std::size_t kibibytes : {64, 128, 256})
    EXPECT_EQ(onStack(kibibytes, [&] { return gradients() == expected ? 0 : 1; }), 0)
        << kibibytes << " KiB";
}

} // namespace
} // namespace xphi::test
